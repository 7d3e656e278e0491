/**
 * How one subgraph is called, whatever the call: not while its circuit is open, only so many at a time, again where
 * that helps and does no harm, until the deadline. Lives as long as the process. Knows no HTTP and no GraphQL.
 */

import type { RetryOptions, SubgraphSettings } from '../config/subgraph-options.ts';
import { backoffMs } from './backoff.ts';
import { Bulkhead, type Patience } from './bulkhead.ts';
import { CircuitBreaker, type OnCircuitChange } from './circuit-breaker.ts';
import { pause, type Clock } from './clock.ts';
import { RetryBudget } from './retry-budget.ts';

/** What became of an attempt; the names are those of the metric. */
type CallOutcome = 'answered' | 'failed' | 'timed_out' | 'abandoned' | 'circuit_open' | 'shed';

/** What the caller thinks of an attempt that was made. */
export interface Verdict {
  readonly outcome: 'answered' | 'failed' | 'timed_out' | 'abandoned';
  /** What it says of the system. */
  readonly health: 'good' | 'bad' | 'unknown';
  /** Whether the same call may be made again. */
  readonly mayRepeat: boolean;
  /** As the system asked for. */
  readonly retryAfterMs?: number | undefined;
}

/** Why no attempt was made: then the system has heard nothing of the call. */
export type Refusal = 'circuit_open' | 'shed' | 'abandoned';

export interface PolicedCall<Made, Refused> extends Patience {
  /** Never rejects. */
  readonly attempt: () => Promise<Made>;
  readonly judge: (made: Made) => Verdict;
  readonly refuse: (refusal: Refusal) => Refused;
}

export interface PolicySources {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onCircuitChange: OnCircuitChange;
}

interface Tried<Result> {
  readonly result: Result;
  /** Undefined where no attempt was made. */
  readonly verdict: Verdict | undefined;
}

export class SubgraphPolicy {
  readonly breaker: CircuitBreaker;
  readonly bulkhead: Bulkhead;
  /** Attempts by what became of them; only ever grow. */
  readonly calls: Record<CallOutcome, number> = {
    answered: 0,
    failed: 0,
    timed_out: 0,
    abandoned: 0,
    circuit_open: 0,
    shed: 0,
  };
  retries = 0;
  retriesRefused = 0;
  /** Changes of which nobody knows whether they took effect. */
  outcomesUnknown = 0;
  /** Event streams: how many are open or opening, and how often one was opened again; the latter only grows. */
  readonly streams = { open: 0, reopened: 0 };
  readonly #retryOptions: RetryOptions;
  readonly #budget: RetryBudget;
  readonly #sources: PolicySources;

  constructor(settings: SubgraphSettings, sources: PolicySources) {
    const { maxConnections: maxRunning, maxWaiting, retries, circuitBreaker } = settings;
    this.breaker = new CircuitBreaker(circuitBreaker, sources.onCircuitChange);
    this.bulkhead = new Bulkhead({ maxRunning, maxWaiting }, sources.clock);
    this.#retryOptions = retries;
    this.#budget = new RetryBudget(retries.budgetPercent);
    this.#sources = sources;
  }

  /** What the last attempt gave. */
  async run<Made, Refused>(call: PolicedCall<Made, Refused>): Promise<Made | Refused> {
    const { clock } = this.#sources;
    this.#budget.spend(clock.nowMs());
    for (let retry = 1; ; retry += 1) {
      const { result, verdict } = await this.#attempt(call);
      if (!verdict?.mayRepeat) return result;
      const delayMs = this.#delayBefore(retry, call, verdict);
      if (delayMs === undefined) return result;
      this.retries += 1;
      await pause(clock, delayMs, call.signal);
      if (call.signal.aborted) return result;
    }
  }

  /** When whoever was told of a failure may ask again; `askedMs` is what the system itself has said. */
  retryAfterMs(askedMs = 0): number {
    const closedForMs = this.breaker.closedForMs(this.#sources.clock.nowMs());
    return Math.ceil(Math.max(askedMs, closedForMs) || this.#retryOptions.maxMs);
  }

  async #attempt<Made, Refused>(call: PolicedCall<Made, Refused>): Promise<Tried<Made | Refused>> {
    const { breaker, bulkhead } = this;
    const { clock } = this.#sources;
    if (breaker.closedForMs(clock.nowMs()) > 0) return this.#refused(call, 'circuit_open');
    if (!bulkhead.tryEnter()) {
      const admission = await bulkhead.wait(call);
      if (admission === 'abandoned') return this.#refused(call, 'abandoned');
      if (admission !== 'admitted') return this.#refused(call, 'shed');
    }
    try {
      const entry = breaker.enter(clock.nowMs());
      if (entry === undefined) return this.#refused(call, 'circuit_open');
      const result = await call.attempt();
      const verdict = call.judge(result);
      this.calls[verdict.outcome] += 1;
      if (verdict.health === 'unknown') breaker.undecided(entry, clock.nowMs());
      else if (verdict.health === 'bad') breaker.failed(entry, clock.nowMs());
      else breaker.succeeded(entry, clock.nowMs());
      return { result, verdict };
    } finally {
      bulkhead.leave();
    }
  }

  #refused<Refused>(call: Pick<PolicedCall<unknown, Refused>, 'refuse'>, refusal: Refusal): Tried<Refused> {
    this.calls[refusal] += 1;
    return { result: call.refuse(refusal), verdict: undefined };
  }

  /** Undefined where it is not repeated: often enough, not soon enough, or too many already. */
  #delayBefore(retry: number, { deadlineMs }: Patience, { retryAfterMs = 0 }: Verdict): number | undefined {
    const { clock, random } = this.#sources;
    const { max, maxMs } = this.#retryOptions;
    // Who waits for the rest of the answer is better told at once than kept for long.
    if (retry > max || retryAfterMs > maxMs) return undefined;
    const nowMs = clock.nowMs();
    const delayMs = Math.max(retryAfterMs, backoffMs(this.#retryOptions, retry, random));
    if (nowMs + delayMs >= deadlineMs || this.breaker.closedForMs(nowMs) > delayMs) return undefined;
    if (this.#budget.take(nowMs)) return delayMs;
    this.retriesRefused += 1;
    return undefined;
  }
}
