/**
 * Where the events of one subscription come from, for as long as it runs: one stream of the owner, opened again when it
 * breaks. On a new snapshot it goes on, if the same would be asked of the same owner, and is replaced if not. Does not
 * run what follows an event; knows no client.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { backoffMs } from '../resilience/backoff.ts';
import { pause, type Clock } from '../resilience/clock.ts';
import type { OpenStream, StreamEnd, StreamListener } from '../upstream/event-streams.ts';
import type { SubgraphAnswer } from '../upstream/read-answer.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { Attempt } from './attempt.ts';
import type { Ending } from './ending.ts';

export interface FedEvent {
  readonly answer: SubgraphAnswer;
  /** Whoever takes the event releases it when it is done with it. */
  readonly attempt: Attempt;
  /** It is the first of a stream that follows another: events between the two may be missing, or come twice. */
  readonly hasGap: boolean;
}

export interface FeedParts {
  /** The same subscription, prepared anew on the snapshot of now; or why it cannot go on. */
  readonly again: () => Promise<Attempt | Ending>;
  /** For the opening of a stream. */
  readonly contextOf: () => CallContext;
  readonly onEvent: (event: FedEvent) => void;
  /** Nothing comes after it. */
  readonly onEnd: (ending: Ending) => void;
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

/** A stream that is open or opening. It outlives a snapshot, so nothing of one may be held but by its attempt. */
interface Source {
  /** On the snapshot of now, or one that is about to be left. */
  attempt: Attempt;
  /** Undefined until it is open. */
  stream: OpenStream | undefined;
  openedAtMs: number;
  /** It may end before its opening is told. */
  early: StreamEnd | undefined;
  hasGap: boolean;
}

export class EventFeed {
  readonly #parts: FeedParts;
  #current: Source | undefined;
  /** One change after another: a stream is not moved while it is opened again. */
  #changes: Promise<void> = Promise.resolve();
  /** Since when it has been lost again and again, and how often. */
  #lost: { readonly sinceMs: number; retries: number } | undefined;
  /** Whether a stream was lost of which it is not counted yet that there is another. */
  #hasLoss = false;
  #hasBegun = false;
  #isOver = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Undefined when the stream is open. */
  async open(first: Attempt): Promise<Ending | undefined> {
    const opened = await this.#open(first);
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

  async #open(attempt: Attempt): Promise<GatewayError | undefined> {
    // Only an event of its own shows that a stream stands: a subgraph may say sooner that it has heard of it.
    const hasGap = this.#hasBegun;
    const source: Source = { attempt, stream: undefined, openedAtMs: 0, early: undefined, hasGap };
    const { compiled, variables } = attempt.prepared;
    const stream = await compiled.source.open(variables, this.#parts.contextOf(), this.#listenerOf(source));
    if (stream instanceof Error || this.#isOver) {
      attempt.release();
      if (stream instanceof Error) return stream;
      stream.close();
      return undefined;
    }
    const old = this.#current;
    source.stream = stream;
    source.openedAtMs = this.#parts.clock.nowMs();
    this.#current = source;
    this.#hasBegun = true;
    this.#drop(old);
    if (source.early !== undefined) this.#sourceEnded(source, source.early);
    if (!attempt.isCurrent()) this.move();
    return undefined;
  }

  #listenerOf(source: Source): StreamListener {
    return {
      onEvent: (answer) => {
        if (answer.kind === 'answered' && answer.data !== null) this.#lost = undefined;
        if (this.#isOver) return;
        const { hasGap } = source;
        source.hasGap = false;
        this.#parts.onEvent({ answer, attempt: source.attempt.hold(), hasGap });
      },
      onEnd: (end) => {
        if (source.stream === undefined) source.early = end;
        else this.#sourceEnded(source, end);
      },
    };
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
    if (!(next instanceof Attempt)) {
      this.#end(next);
      return;
    }
    if (this.#keep(next)) return;
    const problem = await this.#open(next);
    if (problem === undefined || this.#closed()) return;
    // The old snapshot must not be held, even if its stream still lives.
    this.#lose();
    await this.#reopen(problem);
  }

  /** Where the same would be asked of the same owner, the stream stays: nothing is missing and nothing comes twice. */
  #keep(next: Attempt): boolean {
    const source = this.#current;
    if (source === undefined || askedBy(source.attempt) !== askedBy(next)) return false;
    const old = source.attempt;
    source.attempt = next;
    old.release();
    if (!next.isCurrent()) this.move();
    return true;
  }

  async #reopen(problem: GatewayError): Promise<void> {
    const { clock, random, signal, again, reopenForMs } = this.#parts;
    // It may have been lost while it moved, and the move has opened another one.
    if (this.#isOpen()) {
      this.#countReopened();
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
      if (!(next instanceof Attempt)) {
        this.#end(next);
        return;
      }
      const failure = await this.#open(next);
      if (failure === undefined) {
        this.#countReopened();
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
    this.#hasLoss = true;
  }

  /** Once for each loss. */
  #countReopened(): void {
    if (!this.#hasLoss) return;
    this.#hasLoss = false;
    this.#current?.attempt.prepared.compiled.source.countReopened();
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.onEnd(ending);
  }

  #drop(source: Source | undefined): void {
    if (source === undefined) return;
    source.stream?.close();
    source.attempt.release();
  }
}

function askedBy({ prepared: { compiled, variables } }: Attempt): string {
  return compiled.source.asks(variables);
}
