/**
 * Every metric of the gateway, once: its name, its kind and one sentence. What is counted is kept where it happens and
 * only read when somebody asks, so that counting costs a request nothing. Knows no HTTP and nothing that is counted.
 */

import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';

import type { Distribution } from './distribution.ts';
import { REQUEST_METRICS } from './request-metrics.ts';

/**
 * Names and units as Prometheus wants them; a label holds what a client or a person has chosen only where the number
 * of its values is bounded.
 */
export const METRICS = {
  ...REQUEST_METRICS,
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
  documentsAsked: {
    kind: 'counter',
    name: 'tributary_documents_asked_total',
    help: 'Requests by what became of their document, where documents are trusted; refused and contradictory were not run.',
    labels: ['outcome'],
  },
  trustedDocuments: {
    kind: 'gauge',
    name: 'tributary_trusted_documents',
    help: 'Trusted documents that can be run under the supergraph, and those that cannot; of all processes together.',
    labels: ['state'],
  },
  automaticDocuments: {
    kind: 'counter',
    name: 'tributary_automatic_documents_total',
    help: 'Automatic persisted queries by what became of them; mismatched were refused for a wrong hash.',
    labels: ['outcome'],
  },
  automaticDocumentsKept: {
    kind: 'gauge',
    name: 'tributary_automatic_documents_kept',
    help: 'Automatic persisted queries that are kept in memory.',
    labels: [],
  },
  automaticDocumentBytes: {
    kind: 'gauge',
    name: 'tributary_automatic_documents_bytes',
    help: 'What they take, roughly.',
    labels: [],
  },
  requestsShed: {
    kind: 'counter',
    name: 'tributary_requests_shed_total',
    help: 'Requests that were answered 503 because there was too much to do.',
    labels: [],
  },
  rateLimited: {
    kind: 'counter',
    name: 'tributary_rate_limited_total',
    help: 'Requests and operations that a rate limit refused, by the limit.',
    labels: ['limit'],
  },
  storeConnected: {
    kind: 'gauge',
    name: 'tributary_store_connected',
    help: 'How many processes are connected to the Redis that they share.',
    labels: [],
  },
  storeFallbacks: {
    kind: 'counter',
    name: 'tributary_store_fallbacks_total',
    help: 'What was asked of the memory of one process because Redis did not answer.',
    labels: [],
  },
  supergraphInfo: {
    kind: 'gauge',
    name: 'tributary_supergraph_info',
    help: 'How many processes serve the supergraph with this hash, from its source or from the copy kept of it.',
    labels: ['hash', 'from'],
  },
  supergraphRefusals: {
    kind: 'counter',
    name: 'tributary_supergraph_refusals_total',
    help: 'How often what the source gave, or that it gave nothing, was refused, by reason.',
    labels: ['reason'],
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
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricName = keyof typeof METRICS;
export type HistogramName = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends 'histogram' ? Name : never;
}[MetricName];
export type ValueName = Exclude<MetricName, HistogramName>;

/** A value and the labels that it stands under. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A distribution and the labels that it stands under. */
export interface DistributionSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly distribution: Distribution;
}

export interface Metrics {
  /** `read` is asked whenever somebody wants to know; a counter's values must only grow. */
  readonly collect: (name: ValueName, read: () => Iterable<Sample>) => void;
  readonly collectDistributions: (name: HistogramName, read: () => Iterable<DistributionSample>) => void;
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
    collectDistributions(metric, read) {
      const { name, help } = METRICS[metric];
      const get = () =>
        Promise.resolve({
          name,
          help,
          type: 'histogram',
          aggregator: 'sum',
          values: [...read()].flatMap((sample) => valuesOf(name, sample)),
        });
      // Reason for the cast: the registry asks no more of a metric, and the library's own histogram costs each
      // request what this one costs a scrape.
      registry.registerMetric({ name, help, get, reset: () => undefined } as unknown as Metric);
    },
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

/** As the text format wants it: what stayed within each bound or below. */
function valuesOf(name: string, { labels = {}, distribution }: DistributionSample) {
  const { bounds, counts, sum } = distribution;
  let count = 0;
  const buckets = counts.map((within, index) => {
    count += within;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[index] ?? '+Inf' }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
