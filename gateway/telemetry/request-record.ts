/**
 * What one request was and what became of it, written down while it runs for the line, the metrics and the spans of
 * its end. Times are in the clock of `performance.now()`. Knows no HTTP, no token and no text of the operation.
 */

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import type { TraceSpan } from '../../schema/contract/trace-span.ts';

/** All attempts to one subgraph. */
export interface CallsToSubgraph {
  readonly subgraph: string;
  calls: number;
  totalMs: number;
}

/** Errors of one code, by whose they are: a subgraph’s, or the blame that the table of errors names. */
export interface ErrorsOfOwner {
  readonly code: ErrorCode;
  readonly owner: string;
  count: number;
}

/** What whoever calls a subgraph tells of it. */
export interface CallRecord {
  readonly span: TraceSpan | undefined;
  readonly called: (subgraph: string, ms: number) => void;
  /** The long way only: that the operation is parsed and valid, and whether what it needs was there already. */
  readonly parsed: () => void;
  readonly prepared: (wasKnown: boolean) => void;
}

const LONGEST_NAME = 100;

export class RequestRecord implements CallRecord {
  readonly startedAtMs: number;
  /** What had left by the connection before. */
  readonly sentBefore: number;
  handledAtMs: number | undefined;
  parsedAtMs: number | undefined;
  preparedAtMs: number | undefined;
  executedAtMs: number | undefined;
  operationName: string | undefined;
  operationType: string | undefined;
  /** The SHA-256 of its text. */
  operationHash: string | undefined;
  /** As estimated before it ran. */
  cost: number | undefined;
  /** Whether somebody has paid for it. */
  isCharged = false;
  /** The short way is that of operations that have been answered before. */
  way: 'short' | 'long' | undefined;
  wasPrepared: boolean | undefined;
  span: TraceSpan | undefined;
  /** What is done for the request; it may fail, and outlast whoever asked. */
  work: Promise<unknown> | undefined;
  /** Of a client that has gone: whether its answer had begun. */
  hungUp: 'unanswered' | 'answering' | undefined;
  /** The status of a refusal that was sent in place of its answer. */
  refusedAs: number | undefined;
  readonly errorCodes = new Set<ErrorCode>();
  readonly calls: CallsToSubgraph[] = [];
  readonly #errors: ErrorsOfOwner[] = [];

  constructor(startedAtMs: number, sentBefore = 0) {
    this.startedAtMs = startedAtMs;
    this.sentBefore = sentBefore;
  }

  /** Whoever hears of it later does not count. */
  handled(): void {
    this.handledAtMs ??= performance.now();
  }

  parsed(): void {
    this.parsedAtMs = performance.now();
  }

  prepared(wasKnown: boolean): void {
    this.preparedAtMs = performance.now();
    this.wasPrepared = wasKnown;
  }

  /** What was known is run at once. */
  begunShort(atMs: number): void {
    this.preparedAtMs = atMs;
    this.wasPrepared = true;
    this.way = 'short';
  }

  executed(): void {
    this.executedAtMs = performance.now();
  }

  is(operation: { readonly name?: string | undefined; readonly type: string; readonly hash: string }): void {
    this.operationName = operation.name?.slice(0, LONGEST_NAME);
    this.operationType = operation.type;
    this.operationHash = operation.hash;
  }

  called(subgraph: string, ms: number): void {
    const known = this.calls.find((calls) => calls.subgraph === subgraph);
    if (known === undefined) {
      this.calls.push({ subgraph, calls: 1, totalMs: ms });
      return;
    }
    known.calls += 1;
    known.totalMs += ms;
  }

  /** `subgraph` where one is to blame. */
  failed(code: ErrorCode, subgraph: string | undefined): void {
    this.errorCodes.add(code);
    const owner = subgraph ?? ERRORS[code].blame;
    const known = this.#errors.find((errors) => errors.code === code && errors.owner === owner);
    if (known === undefined) this.#errors.push({ code, owner, count: 1 });
    else known.count += 1;
  }

  /** What became of one of several operations that came together. */
  add({ cost, calls, errors }: RequestRecord): void {
    if (cost !== undefined) this.cost = (this.cost ?? 0) + cost;
    for (const call of calls) {
      const known = this.calls.find(({ subgraph }) => subgraph === call.subgraph);
      if (known === undefined) this.calls.push({ ...call });
      else {
        known.calls += call.calls;
        known.totalMs += call.totalMs;
      }
    }
    for (const { code, owner, count } of errors) {
      this.errorCodes.add(code);
      const known = this.#errors.find((other) => other.code === code && other.owner === owner);
      if (known === undefined) this.#errors.push({ code, owner, count });
      else known.count += count;
    }
  }

  /** Those of which only the code was told, too. */
  get errors(): readonly ErrorsOfOwner[] {
    const told = this.#errors;
    if (this.errorCodes.size === 0) return told;
    const untold = [...this.errorCodes].filter((code) => !told.some((errors) => errors.code === code));
    return [...told, ...untold.map((code) => ({ code, owner: ERRORS[code].blame, count: 1 }))];
  }
}
