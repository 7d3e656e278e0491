/**
 * What requests count while they run, as metrics: themselves, their errors, the calls they make, the operations that
 * are kept ready for them, planning, spans. Knows no HTTP.
 */

import type { Tracer } from '../../schema/contract/trace-span.ts';
import type { CacheSize } from '../execution/prepared-operations.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface RequestCounts {
  readonly meters: Meters;
  readonly snapshots: Snapshots;
  readonly tracing: Tracer | undefined;
}

const NOT_TRACED = { exported: 0, failed: 0, dropped: 0 };

export function collectRequests(metrics: Metrics, { meters, snapshots, tracing }: RequestCounts): void {
  const { collect } = metrics;
  collect('requests', () =>
    [...meters.requests].flatMap(([type, byStatus]) =>
      [...byStatus].map(([status, value]) => ({ labels: { type, status: String(status) }, value })),
    ),
  );
  collect('errors', () =>
    [...meters.errors.values()].map(({ code, owner, count: value }) => ({ labels: { code, owner }, value })),
  );
  collect('spans', () =>
    Object.entries(tracing?.counts ?? NOT_TRACED).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  collectDurations(metrics, meters);
  collectPlanning(metrics, meters);
  collectPrepared(metrics, meters, snapshots);
}

function collectDurations({ collectDistributions }: Metrics, meters: Meters): void {
  collectDistributions('requestDuration', () =>
    [...meters.durations].flatMap(([operation, byClient]) =>
      [...byClient].map(([client, distribution]) => ({ labels: { operation, client }, distribution })),
    ),
  );
  collectDistributions('subgraphCallDuration', () =>
    [...meters.calls].flatMap(([subgraph, { durations }]) =>
      [...durations].map(([outcome, distribution]) => ({ labels: { subgraph, outcome }, distribution })),
    ),
  );
}

function collectPlanning({ collect, collectDistributions }: Metrics, { planning }: Meters): void {
  collectDistributions('planningDuration', () => [{ distribution: planning.durations }]);
  collect('planningWaiting', () => [{ value: planning.waiting }]);
  collect('planningRefused', () => [{ value: planning.refused }]);
  collect('planningProcessesReplaced', () => [{ value: planning.processesReplaced }]);
}

function collectPrepared({ collect }: Metrics, { prepared }: Meters, snapshots: Snapshots): void {
  const size = (of: (kept: CacheSize) => number) => () => {
    const { snapshot, leave } = snapshots.enter();
    const kept = snapshot.prepared?.size();
    leave();
    return [{ value: kept === undefined ? 0 : of(kept) }];
  };
  collect(
    'preparedOperations',
    size(({ operations }) => operations),
  );
  collect(
    'preparedPlans',
    size(({ plans }) => plans),
  );
  collect(
    'preparedBytes',
    size(({ bytes }) => bytes),
  );
  collect('preparedHits', () => [{ value: prepared.hits }]);
  collect('preparedMisses', () => [{ value: prepared.misses }]);
  collect('preparedEvictions', () => [{ value: prepared.evictions }]);
}
