/**
 * Every metric of the gateway, once: its name, its kind and one sentence. What is counted is kept where it happens and
 * only read when somebody asks, so that counting costs a request nothing. Knows no HTTP and nothing that is counted.
 */

import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** Names and units as Prometheus wants them; no label may hold what a client or a person has chosen. */
export const METRICS = {
  subgraphCalls: {
    kind: 'counter',
    name: 'tributary_subgraph_calls_total',
    help: 'Calls to subgraphs, repetitions included, by what became of them; circuit_open and shed were never sent.',
    labels: ['subgraph', 'outcome'],
  },
  subgraphRetries: {
    kind: 'counter',
    name: 'tributary_subgraph_retries_total',
    help: 'Calls to subgraphs that were repetitions.',
    labels: ['subgraph'],
  },
  subgraphRetriesRefused: {
    kind: 'counter',
    name: 'tributary_subgraph_retries_refused_total',
    help: 'Repetitions that were not made because there had been too many.',
    labels: ['subgraph'],
  },
  outcomesUnknown: {
    kind: 'counter',
    name: 'tributary_outcomes_unknown_total',
    help: 'Calls with a change whose answer was lost, so that nobody knows whether it took effect.',
    labels: ['subgraph'],
  },
  circuitState: {
    kind: 'gauge',
    name: 'tributary_circuit_state',
    help: 'How many processes have the circuit of the subgraph in this state.',
    labels: ['subgraph', 'state'],
  },
  circuitChanges: {
    kind: 'counter',
    name: 'tributary_circuit_changes_total',
    help: 'How often the circuit of the subgraph went into this state.',
    labels: ['subgraph', 'state'],
  },
  subgraphCallsRunning: {
    kind: 'gauge',
    name: 'tributary_subgraph_calls_running',
    help: 'Calls to the subgraph that are under way.',
    labels: ['subgraph'],
  },
  subgraphCallsWaiting: {
    kind: 'gauge',
    name: 'tributary_subgraph_calls_waiting',
    help: 'Calls to the subgraph that wait for a place.',
    labels: ['subgraph'],
  },
  requestsRunning: {
    kind: 'gauge',
    name: 'tributary_requests_running',
    help: 'Requests that are at work.',
    labels: [],
  },
  requestsWaiting: {
    kind: 'gauge',
    name: 'tributary_requests_waiting',
    help: 'Requests that wait to be worked on.',
    labels: [],
  },
  requestsShed: {
    kind: 'counter',
    name: 'tributary_requests_shed_total',
    help: 'Requests that were answered 503 because there was too much to do.',
    labels: [],
  },
  liveConnections: {
    kind: 'gauge',
    name: 'tributary_live_connections',
    help: 'WebSockets and event streams of clients that are open.',
    labels: ['transport'],
  },
  subscriptionsRunning: {
    kind: 'gauge',
    name: 'tributary_subscriptions_running',
    help: 'Subscriptions that run.',
    labels: ['transport'],
  },
  subscriptionsEnded: {
    kind: 'counter',
    name: 'tributary_subscriptions_ended_total',
    help: 'Subscriptions that have ended, by why.',
    labels: ['transport', 'reason'],
  },
  eventsDelivered: {
    kind: 'counter',
    name: 'tributary_events_delivered_total',
    help: 'Events that were handed to clients.',
    labels: ['transport'],
  },
  eventsDropped: {
    kind: 'counter',
    name: 'tributary_events_dropped_total',
    help: 'Events that were not, because too many waited for a client that reads slowly.',
    labels: ['transport'],
  },
  subgraphStreams: {
    kind: 'gauge',
    name: 'tributary_subgraph_streams',
    help: 'Event streams of the subgraph that are open.',
    labels: ['subgraph'],
  },
  subgraphStreamsReopened: {
    kind: 'counter',
    name: 'tributary_subgraph_streams_reopened_total',
    help: 'Event streams of the subgraph that broke and were opened again.',
    labels: ['subgraph'],
  },
} as const satisfies Record<string, MetricEntry>;

interface MetricEntry {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricName = keyof typeof METRICS;

/** A value and the labels that it stands under. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metrics {
  /** `read` is asked whenever somebody wants to know; a counter's values must only grow. */
  readonly collect: (name: MetricName, read: () => Iterable<Sample>) => void;
  readonly registry: Registry;
}

/** Coarse: a finer look at the event loop would wake an idle process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100;

/** With those of the process itself. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  return {
    registry,
    collect(metric, read) {
      const { kind, name, help, labels } = METRICS[metric];
      const shape = { name, help, labelNames: [...labels], registers: [registry] };
      if (kind === 'counter') {
        new Counter({
          ...shape,
          collect() {
            this.reset();
            for (const { labels: under = {}, value } of read()) this.inc(under, value);
          },
        });
        return;
      }
      new Gauge({
        ...shape,
        collect() {
          this.reset();
          for (const { labels: under = {}, value } of read()) this.set(under, value);
        },
      });
    },
  };
}
