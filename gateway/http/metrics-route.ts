/**
 * GET /metrics: what the policies of the subgraphs and the admission of requests count, as Prometheus reads it; of all
 * workers where there are several. Knows no GraphQL.
 */

import cluster from 'node:cluster';

import type { FastifyInstance } from 'fastify';

import type { Snapshots } from '../request/snapshots.ts';
import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import { CIRCUIT_STATES } from '../resilience/circuit-breaker.ts';
import type { SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import { createMetrics, type Metrics, type Sample } from '../telemetry/metrics.ts';
import { shareMetrics } from '../telemetry/worker-metrics.ts';
import type { Admission } from './admission.ts';

export interface MetricsParts {
  readonly policies: SubgraphPolicies;
  readonly admission: Admission;
  readonly snapshots: Snapshots;
}

export const METRICS_PATH = '/metrics';

export function addMetricsRoute(
  app: FastifyInstance,
  { policies, admission, snapshots }: MetricsParts,
): void {
  const metrics = createMetrics();
  collectSupergraph(metrics, snapshots);
  collectCalls(metrics, policies);
  collectCircuits(metrics, policies);
  metrics.collect('requestsRunning', () => [{ value: admission.bulkhead.running }]);
  metrics.collect('requestsWaiting', () => [{ value: admission.bulkhead.waiting }]);
  metrics.collect('requestsShed', () => [{ value: admission.shed }]);
  const read = cluster.isWorker ? shareMetrics(metrics.registry) : () => metrics.registry.metrics();
  app.get(METRICS_PATH, async (_request, reply) =>
    reply.header('content-type', metrics.registry.contentType).send(await read()),
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
