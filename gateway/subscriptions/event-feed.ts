/**
 * Where the events of one subscription come from, for as long as it runs: one stream of the owner, opened again when it
 * breaks, and moved to a new snapshot between two events. Does not run what follows an event; knows no client.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { backoffMs } from '../resilience/backoff.ts';
import { pause, type Clock } from '../resilience/clock.ts';
import type { OpenStream, StreamEnd, StreamListener } from '../upstream/event-streams.ts';
import type { SubgraphAnswer } from '../upstream/read-answer.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { HeldAttempt, type Attempt } from './attempt.ts';
import type { Ending } from './ending.ts';

export interface FeedParts {
  readonly first: Attempt;
  /** The same subscription, prepared anew on the snapshot of now; or why it cannot go on. */
  readonly again: () => Promise<Attempt | Ending>;
  /** For the opening of a stream. */
  readonly contextOf: () => CallContext;
  /** Whoever takes an event releases its attempt when it is done with it. */
  readonly onEvent: (answer: SubgraphAnswer, attempt: HeldAttempt) => void;
  /** Nothing comes after it. */
  readonly onEnd: (ending: Ending) => void;
  /** A stream was lost and is there again; events may be missing in between. */
  readonly onGap: () => void;
  readonly reopenForMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Those who lost their streams together do not come back together. */
const REOPENING = { baseMs: 1_000, maxMs: 10_000 };
/** A stream that has lived for so long was not lost as soon as it was open. */
const STEADY_MS = 10_000;
/** All subscriptions move to a new supergraph within this time. */
const MOVED_WITHIN_MS = 1_000;

interface Source {
  readonly attempt: HeldAttempt;
  readonly stream: OpenStream;
  readonly openedAtMs: number;
}

export class EventFeed {
  readonly #parts: FeedParts;
  #current: Source | undefined;
  /** One change after another: a stream is not moved while it is opened again. */
  #changes: Promise<void> = Promise.resolve();
  /** Since when it has been lost again and again, and how often. */
  #lost: { readonly sinceMs: number; retries: number } | undefined;
  /** Whether a stream was lost, and events with it, of which nothing has been told yet. */
  #hasGap = false;
  #isOver = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Undefined when the stream is open. */
  async open(): Promise<Ending | undefined> {
    const opened = await this.#open(this.#parts.first);
    return opened === undefined ? undefined : { reason: 'source', problem: opened };
  }

  /** There is another snapshot. */
  move(): void {
    this.#change(() => this.#move());
  }

  /** At once; nothing is told afterwards. */
  close(): void {
    this.#isOver = true;
    this.#drop(this.#current);
    this.#current = undefined;
  }

  async #open(given: Attempt): Promise<GatewayError | undefined> {
    const attempt = new HeldAttempt(given);
    const { compiled, variables } = attempt.prepared;
    // A stream may end before its opening is told.
    let early: StreamEnd | undefined;
    const source: { made?: Source } = {};
    const listener: StreamListener = {
      onEvent: (answer) => {
        if (answer.kind === 'answered' && answer.data !== null) this.#lost = undefined;
        if (!this.#isOver) this.#parts.onEvent(answer, attempt.hold());
      },
      onEnd: (end) => {
        if (source.made === undefined) early = end;
        else this.#sourceEnded(source.made, end);
      },
    };
    const stream = await compiled.source.open(variables, this.#parts.contextOf(), listener);
    if (stream instanceof Error || this.#isOver) {
      attempt.release();
      if (stream instanceof Error) return stream;
      stream.close();
      return undefined;
    }
    const old = this.#current;
    source.made = this.#current = { attempt, stream, openedAtMs: this.#parts.clock.nowMs() };
    this.#drop(old);
    if (early !== undefined) this.#sourceEnded(source.made, early);
    if (!attempt.isCurrent()) this.move();
    return undefined;
  }

  #sourceEnded(source: Source, end: StreamEnd): void {
    if (this.#isOver || this.#current !== source) return;
    const { subgraph } = source.attempt.prepared.compiled.source;
    if (end.kind === 'complete') this.#end({ reason: 'completed' });
    else if (end.kind === 'invalid')
      this.#end({
        reason: 'source',
        problem: new GatewayError('SUBGRAPH_RESPONSE_INVALID', { subgraph }, end.cause),
      });
    else {
      this.#lose();
      const { cause } = end;
      const isKnown = cause instanceof GatewayError;
      const problem = isKnown ? cause : new GatewayError('SUBGRAPH_UNAVAILABLE', { subgraph }, cause);
      if (this.#parts.clock.nowMs() - source.openedAtMs > STEADY_MS) this.#lost = undefined;
      this.#change(() => this.#reopen(problem));
    }
  }

  #change(change: () => Promise<void>): void {
    this.#changes = this.#changes
      .then(() => (this.#isOver ? undefined : change()))
      .catch((error: unknown) => {
        this.#end({ reason: 'internal', problem: new GatewayError('INTERNAL', {}, error) });
      });
  }

  async #move(): Promise<void> {
    const { clock, random, signal, again } = this.#parts;
    if (this.#current?.attempt.isCurrent() !== false) return;
    await pause(clock, random() * MOVED_WITHIN_MS, signal);
    if (this.#closed()) return;
    const next = await again();
    if (!('prepared' in next)) {
      this.#end(next);
      return;
    }
    const problem = await this.#open(next);
    if (problem === undefined || this.#closed()) return;
    // The old snapshot must not be held, even if its stream still lives.
    this.#lose();
    await this.#reopen(problem);
  }

  async #reopen(problem: GatewayError): Promise<void> {
    const { clock, random, signal, again, reopenForMs } = this.#parts;
    // It may have been lost while it moved, and the move has opened another one.
    if (this.#isOpen()) {
      this.#tellGap();
      return;
    }
    const lost = (this.#lost ??= { sinceMs: clock.nowMs(), retries: 0 });
    const untilMs = lost.sinceMs + reopenForMs;
    let last = problem;
    while (ERRORS[last.code].retryable) {
      const delayMs = backoffMs(REOPENING, (lost.retries += 1), random);
      if (clock.nowMs() + delayMs > untilMs) break;
      await pause(clock, delayMs, signal);
      if (this.#closed()) return;
      const next = await again();
      if (!('prepared' in next)) {
        this.#end(next);
        return;
      }
      const failure = await this.#open(next);
      if (failure === undefined) {
        this.#tellGap();
        return;
      }
      last = failure;
    }
    this.#end({ reason: 'source', problem: last });
  }

  #closed(): boolean {
    return this.#isOver;
  }

  #isOpen(): boolean {
    return this.#current !== undefined;
  }

  #lose(): void {
    this.#drop(this.#current);
    this.#current = undefined;
    this.#hasGap = true;
  }

  /** Once for each loss. */
  #tellGap(): void {
    if (!this.#hasGap) return;
    this.#hasGap = false;
    this.#current?.attempt.prepared.compiled.source.countReopened();
    this.#parts.onGap();
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.onEnd(ending);
  }

  #drop(source: Source | undefined): void {
    if (source === undefined) return;
    source.stream.close();
    source.attempt.release();
  }
}
