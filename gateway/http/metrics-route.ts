/**
 * GET /metrics: what requests, the policies of the subgraphs and the admission count, as Prometheus reads it; of all
 * workers where there are several. Knows no GraphQL.
 */

import cluster from 'node:cluster';

import type { FastifyInstance } from 'fastify';

import type { Documents } from '../request/create-documents.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import { CIRCUIT_STATES } from '../resilience/circuit-breaker.ts';
import type { SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import { createMetrics, type Metrics, type Sample } from '../telemetry/metrics.ts';
import { shareMetrics, type SharedMetrics } from '../telemetry/worker-metrics.ts';
import type { RateLimits } from '../request/rate-limits.ts';
import type { Tracer } from '../../schema/contract/trace-span.ts';
import type { SharedStore } from '../store/shared-store.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { Admission } from './admission.ts';
import { collectRequests } from './collect-requests.ts';
import type { RequestCounter } from './identify-and-charge.ts';
import { collectLive } from './live-metrics.ts';
import type { LiveUpdates } from './live-updates.ts';

export interface MetricsParts {
  readonly policies: SubgraphPolicies;
  readonly admission: Admission;
  readonly documents: Documents;
  readonly counter: RequestCounter | undefined;
  readonly store: SharedStore;
  readonly meters: Meters;
  readonly snapshots: Snapshots;
  /** Undefined where nothing is traced. */
  readonly tracing: Tracer | undefined;
  /** Undefined where there are no live updates. */
  readonly live: LiveUpdates | undefined;
}

export const METRICS_PATH = '/metrics';

/** Gives what a worker says at its end, of which the page of the others then tells. */
export function addMetricsRoute(
  app: FastifyInstance,
  parts: MetricsParts,
): SharedMetrics['sayLast'] | undefined {
  const { policies, admission, documents, counter, store, snapshots, live } = parts;
  const metrics = createMetrics();
  collectRequests(metrics, parts);
  collectSupergraph(metrics, snapshots);
  collectCalls(metrics, policies);
  collectCircuits(metrics, policies);
  collectDocuments(metrics, documents);
  metrics.collect('requestsRunning', () => [{ value: admission.bulkhead.running }]);
  metrics.collect('requestsWaiting', () => [{ value: admission.bulkhead.waiting }]);
  metrics.collect('requestsShed', () => [{ value: admission.shed }]);
  collectShared(metrics, counter?.rates, store);
  collectLive(metrics, live, policies);
  const shared = cluster.isWorker ? shareMetrics(metrics.registry) : undefined;
  const read = shared?.page ?? (() => metrics.registry.metrics());
  app.get(METRICS_PATH, { exposeHeadRoute: true }, async (_request, reply) =>
    reply.header('content-type', metrics.registry.contentType).send(await read()),
  );
  return shared?.sayLast;
}

function collectShared({ collect }: Metrics, rates: RateLimits | undefined, store: SharedStore): void {
  collect('rateLimited', () =>
    Object.entries(rates?.refusals ?? {}).map(([limit, value]): Sample => ({ labels: { limit }, value })),
  );
  // Where there is no Redis, none is missing.
  const ofRedis = (read: () => number) => () => (store.state.kind === 'memory' ? [] : [{ value: read() }]);
  collect(
    'storeConnected',
    ofRedis(() => (store.state.kind === 'redis' && store.state.state === 'connected' ? 1 : 0)),
  );
  collect(
    'storeFallbacks',
    ofRedis(() => store.fallbacks),
  );
}

function collectSupergraph({ collect }: Metrics, snapshots: Snapshots): void {
  collect('supergraphInfo', () => {
    const { hash, isKeptCopy = false } = snapshots.state();
    return [{ labels: { hash, from: isKeptCopy ? 'kept copy' : 'source' }, value: 1 }];
  });
  collect('supergraphRefusals', () =>
    [...snapshots.refusals].map(([reason, value]) => ({ labels: { reason }, value })),
  );
}

function collectCalls({ collect }: Metrics, policies: SubgraphPolicies): void {
  const each = (valueOf: (policy: SubgraphPolicy) => number) => () =>
    [...policies.all()].map(([subgraph, policy]) => ({ labels: { subgraph }, value: valueOf(policy) }));
  collect('subgraphCalls', () =>
    [...policies.all()].flatMap(([subgraph, { calls }]) =>
      Object.entries(calls).map(([outcome, value]): Sample => ({ labels: { subgraph, outcome }, value })),
    ),
  );
  collect(
    'subgraphRetries',
    each(({ retries }) => retries),
  );
  collect(
    'subgraphRetriesRefused',
    each(({ retriesRefused }) => retriesRefused),
  );
  collect(
    'outcomesUnknown',
    each(({ outcomesUnknown }) => outcomesUnknown),
  );
  collect(
    'subgraphCallsRunning',
    each(({ bulkhead }) => bulkhead.running),
  );
  collect(
    'subgraphCallsWaiting',
    each(({ bulkhead }) => bulkhead.waiting),
  );
}

function collectCircuits({ collect }: Metrics, policies: SubgraphPolicies): void {
  collect('circuitState', () =>
    [...policies.all()].flatMap(([subgraph, { breaker }]) =>
      CIRCUIT_STATES.map((state) => ({
        labels: { subgraph, state },
        value: breaker.state === state ? 1 : 0,
      })),
    ),
  );
  collect('circuitChanges', () =>
    [...policies.all()].flatMap(([subgraph, { breaker }]) =>
      CIRCUIT_STATES.map((state) => ({ labels: { subgraph, state }, value: breaker.changes[state] })),
    ),
  );
}

function collectDocuments({ collect }: Metrics, { counts, state, stored }: Documents): void {
  const byOutcome = (counted: Readonly<Record<string, number>>) => () =>
    Object.entries(counted).map(([outcome, value]): Sample => ({ labels: { outcome }, value }));
  collect('documentsAsked', byOutcome(counts.asked));
  collect('automaticDocuments', byOutcome(counts.automatic));
  collect('trustedDocuments', () => {
    const { listed, unusable } = state();
    return [
      { labels: { state: 'usable' }, value: listed - unusable },
      { labels: { state: 'unusable' }, value: unusable },
    ];
  });
  collect('automaticDocumentsKept', () => [{ value: stored().documents }]);
  collect('automaticDocumentBytes', () => [{ value: stored().bytes }]);
}
