/**
 * The story of a subscription: an event comes from its owner, waits its turn, is judged, the rest of it is resolved by
 * plan, and it is handed to the client; until one of the three ends it. Knows no transport, no token and no snapshot.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { SubscriptionOptions } from '../config/subscription-options.ts';
import type { OperationResult } from '../execution/compile-operation.ts';
import type { Clock } from '../resilience/clock.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { Attempt } from './attempt.ts';
import type { Ending } from './ending.ts';
import { EventFeed, type FedEvent } from './event-feed.ts';
import { EventQueue } from './event-queue.ts';

export interface SubscriptionParts {
  /** The same subscription, prepared anew on the snapshot of now; or why it cannot go on. */
  readonly again: () => Promise<Attempt | Ending>;
  /** For one event, or for the opening of a stream. */
  readonly contextOf: (signal: AbortSignal) => CallContext;
  /** Asked before each event: why the client may not have it. */
  readonly judge: () => Promise<Ending | undefined>;
  /** Waits until there is room for one more event to be resolved, and gives what makes room again. */
  readonly enter: (signal: AbortSignal) => Promise<() => void>;
  /** Resolves when the event has left. `hasGap`: others may be missing before it. */
  readonly deliver: (result: OperationResult, hasGap: boolean) => Promise<void>;
  /** An event is not handed over, because too many wait. */
  readonly onDrop: () => void;
  readonly options: Pick<SubscriptionOptions, 'maxQueuedEvents' | 'whenFull' | 'stalledMs' | 'reopenForMs'>;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

export class Subscription {
  /** Only ever grow. */
  readonly events = { delivered: 0, dropped: 0 };
  readonly #parts: SubscriptionParts;
  readonly #queue: EventQueue<FedEvent>;
  readonly #feed: EventFeed;
  readonly #gone = new AbortController();
  #ending: Ending | undefined;
  /** Of an event that was dropped. */
  #hasGap = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    const { again, clock, random, options } = parts;
    const { signal } = this.#gone;
    this.#queue = new EventQueue(options.maxQueuedEvents);
    this.#feed = new EventFeed({
      again,
      contextOf: () => parts.contextOf(signal),
      onEvent: (event) => this.#take(event),
      onEnd: (ending) => this.#finish(ending),
      reopenForMs: options.reopenForMs,
      signal,
      clock,
      random,
    });
  }

  /** Resolves when it is over. Rejects only for a fault of our own. */
  async run(first: Attempt): Promise<Ending> {
    try {
      const refusal = await this.#feed.open(first);
      if (refusal !== undefined) this.end(refusal);
      for (let next = await this.#queue.take(); next !== undefined; next = await this.#queue.take()) {
        await this.#handle(next).finally(next.attempt.release.bind(next.attempt));
      }
    } finally {
      this.end({ reason: 'internal' });
    }
    return this.#ending ?? { reason: 'internal' };
  }

  /** At once, whatever waits. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#feed.close();
    this.#queue.finish();
    for (let left = this.#queue.drop(); left !== undefined; left = this.#queue.drop()) left.attempt.release();
    this.#gone.abort();
  }

  /** There is another snapshot: events to come are resolved on it. */
  move(): void {
    this.#feed.move();
  }

  #take(waiting: FedEvent): void {
    if (this.#queue.isFull) {
      this.events.dropped += 1;
      this.#parts.onDrop();
      if (this.#parts.options.whenFull === 'end') {
        waiting.attempt.release();
        this.end({
          reason: 'slow',
          problem: new GatewayError('SUBSCRIPTION_TOO_SLOW', {
            details: { maximum: this.#parts.options.maxQueuedEvents },
          }),
        });
        return;
      }
      const dropped = this.#queue.drop();
      if (dropped?.hasGap === true) this.#hasGap = true;
      dropped?.attempt.release();
    }
    this.#queue.push(waiting);
  }

  /** What waits is still handed over. */
  #finish(ending: Ending): void {
    this.#ending ??= ending;
    this.#queue.finish();
  }

  async #handle({ answer, attempt, hasGap }: FedEvent): Promise<void> {
    const { signal } = this.#gone;
    const { judge, enter, contextOf } = this.#parts;
    const refusal = await judge();
    if (refusal !== undefined) this.end(refusal);
    if (this.#isGone()) return;
    const leave = await enter(signal);
    const { compiled, variables } = attempt.prepared;
    // Others do not wait until a slow client has read it.
    const result = await compiled.run(variables, contextOf(signal), answer).finally(leave);
    if (!this.#isGone()) await this.#hand(result, hasGap);
  }

  #isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  async #hand(result: OperationResult, followsGap: boolean): Promise<void> {
    const { deliver, clock, options } = this.#parts;
    const hasGap = followsGap || this.#hasGap;
    this.#hasGap = false;
    await new Promise<void>((resolve, reject) => {
      const { signal } = this.#gone;
      const stop = () => {
        endTimer();
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const endTimer = clock.after(options.stalledMs, () => this.end({ reason: 'stalled' }));
      signal.addEventListener('abort', stop);
      deliver(result, hasGap).then(() => {
        this.events.delivered += signal.aborted ? 0 : 1;
        stop();
      }, reject);
    });
  }
}
