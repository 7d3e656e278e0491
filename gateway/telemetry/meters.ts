/**
 * What is counted for the metrics while requests run, for as long as the process lives: a new supergraph begins no
 * count anew. Counting is cheap and always on; who reads it is another's concern. Knows no name of a metric.
 */

import type { Config } from '../config/options.ts';
import { boundedNames } from './bounded-names.ts';
import { Distribution } from './distribution.ts';
import type { RequestRecord } from './request-record.ts';

/** In seconds; planning is slow, and bounded by its deadline. */
const PLANNING_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export class PlanningMeter {
  readonly durations = new Distribution(PLANNING_BOUNDS);
  /** Operations that wait for the planning process, that which it plans included. */
  waiting = 0;
  /** Only ever grows, as the rest. */
  refused = 0;
  processesReplaced = 0;
}

/** Attempts to call one subgraph that were made, by what became of them. */
export class CallMeter {
  readonly durations = new Map<string, Distribution>();

  observe(outcome: string, ms: number): void {
    const known = this.durations.get(outcome);
    if (known !== undefined) {
      known.observeMs(ms);
      return;
    }
    const first = new Distribution();
    this.durations.set(outcome, first);
    first.observeMs(ms);
  }
}

export interface CountedErrors {
  readonly code: string;
  readonly owner: string;
  count: number;
}

export interface EndedRequest {
  /** As it may stand in a log. */
  readonly client: string | undefined;
  readonly status: number;
  readonly durationMs: number;
}

const UNNAMED = 'unnamed';

export class Meters {
  readonly planning = new PlanningMeter();
  readonly calls = new Map<string, CallMeter>();
  readonly errors = new Map<string, CountedErrors>();
  /** By type of operation and status. */
  readonly requests = new Map<string, Map<number, number>>();
  /** By operation and client. */
  readonly durations = new Map<string, Map<string, Distribution>>();
  readonly prepared = { hits: 0, misses: 0, evictions: 0 };
  readonly #operationLabel: (name: string) => string;
  readonly #clientLabel: (name: string) => string;

  constructor({ maxOperations, maxClients, operations, clients }: Config['metrics']) {
    this.#operationLabel = boundedNames({ max: maxOperations, only: operations });
    this.#clientLabel = boundedNames({ max: maxClients, only: clients });
  }

  callsTo(subgraph: string): CallMeter {
    const known = this.calls.get(subgraph);
    if (known !== undefined) return known;
    const meter = new CallMeter();
    this.calls.set(subgraph, meter);
    return meter;
  }

  /** What went wrong in an answer, also in one that was no request's. Each error counts once, however often it is told. */
  failed(record: RequestRecord): void {
    for (const { code, owner, count } of record.takeErrors())
      inMap(this.errors, `${code} ${owner}`, () => ({ code, owner, count: 0 })).count += count;
  }

  requestEnded(record: RequestRecord, { client, status, durationMs }: EndedRequest): void {
    const byStatus = inMap(this.requests, record.operationType ?? 'none', () => new Map<number, number>());
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    this.failed(record);
    if (record.wasPrepared !== undefined) this.prepared[record.wasPrepared ? 'hits' : 'misses'] += 1;
    // What was no operation has no name, and strangers must not fill the list with names of nothing.
    if (record.operationType === undefined) return;
    const operation = this.#operationLabel(record.operationName ?? UNNAMED);
    const byClient = inMap(this.durations, operation, () => new Map<string, Distribution>());
    inMap(byClient, this.#clientLabel(client ?? UNNAMED), () => new Distribution()).observeMs(durationMs);
  }
}

function inMap<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
