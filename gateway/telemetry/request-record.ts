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
  readonly count: number;
}

interface CountedErrors extends ErrorsOfOwner {
  count: number;
  /** Of these. */
  taken: number;
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
  readonly calls: CallsToSubgraph[] = [];
  readonly #errors: CountedErrors[] = [];

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
    this.#errorsOf(code, subgraph ?? ERRORS[code].blame).count += 1;
  }

  /** What became of one of several operations that came together. */
  add(other: RequestRecord): void {
    const { cost, calls } = other;
    if (cost !== undefined) this.cost = (this.cost ?? 0) + cost;
    for (const call of calls) {
      const known = this.calls.find(({ subgraph }) => subgraph === call.subgraph);
      if (known === undefined) this.calls.push({ ...call });
      else {
        known.calls += call.calls;
        known.totalMs += call.totalMs;
      }
    }
    for (const { code, owner, count, taken } of other.#errors) {
      const known = this.#errorsOf(code, owner);
      known.count += count;
      known.taken += taken;
    }
  }

  get errorCodes(): readonly ErrorCode[] {
    return [...new Set(this.#errors.map(({ code }) => code))];
  }

  /** As of now. */
  get errors(): readonly ErrorsOfOwner[] {
    return this.#errors.map(({ code, owner, count }) => ({ code, owner, count }));
  }

  /** Each once: those that have come since they were taken last. */
  takeErrors(): readonly ErrorsOfOwner[] {
    return this.#errors.map((errors) => {
      const { code, owner, count, taken } = errors;
      errors.taken = count;
      return { code, owner, count: count - taken };
    });
  }

  #errorsOf(code: ErrorCode, owner: string): CountedErrors {
    const known = this.#errors.find((errors) => errors.code === code && errors.owner === owner);
    if (known !== undefined) return known;
    const first = { code, owner, count: 0, taken: 0 };
    this.#errors.push(first);
    return first;
  }
}
