/**
 * How many requests are at work at a time and how many wait; the rest is answered 503 before anything of it is read,
 * so that the gateway's memory and everybody's waiting stay bounded. Knows no GraphQL and not who asks.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { Bulkhead } from '../resilience/bulkhead.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';

/** Long enough for a queue to empty, short enough for a client to wait. */
const RETRY_AFTER_MS = 1_000;

export class Admission {
  readonly bulkhead: Bulkhead;
  /** Only ever grows. */
  shed = 0;
  readonly #longestWaitMs: number;

  constructor({ maxRequests, maxWaiting, deadlineMs }: Config['server']) {
    this.bulkhead = new Bulkhead({ maxRunning: maxRequests, maxWaiting }, SYSTEM_CLOCK);
    // Who has waited for longer could not be answered any more.
    this.#longestWaitMs = deadlineMs / 2;
  }

  /** A promise only where it must wait, until the signal at most. Rejects with OVERLOADED. */
  enter(signal: () => AbortSignal): Place | Promise<Place> {
    return this.bulkhead.tryEnter() ? new Place(this.bulkhead) : this.#wait(signal());
  }

  async #wait(signal: AbortSignal): Promise<Place> {
    const deadlineMs = performance.now() + this.#longestWaitMs;
    const admission = await this.bulkhead.wait({ signal, deadlineMs });
    if (admission !== 'admitted') {
      if (admission !== 'abandoned') this.shed += 1;
      throw new GatewayError('OVERLOADED', { retryAfterMs: RETRY_AFTER_MS });
    }
    return new Place(this.bulkhead);
  }
}

/** Of one request, or of one operation that has no request of its own. */
export class Place {
  readonly #bulkhead: Bulkhead;
  #isFree = false;

  constructor(bulkhead: Bulkhead) {
    this.#bulkhead = bulkhead;
  }

  /** Safe to call twice. */
  leave(): void {
    if (!this.#isFree) this.#bulkhead.leave();
    this.#isFree = true;
  }
}
