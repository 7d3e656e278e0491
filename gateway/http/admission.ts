/**
 * How many requests are at work at a time and how many wait; the rest is answered 503 before anything of it is read,
 * so that the gateway's memory and everybody's waiting stay bounded. Knows no GraphQL and not who asks.
 */

import type { ServerResponse } from 'node:http';

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
  readonly #leaving = new WeakMap<ServerResponse, () => void>();

  constructor({ maxRequests, maxWaiting, deadlineMs }: Config['server']) {
    this.bulkhead = new Bulkhead({ maxRunning: maxRequests, maxWaiting }, SYSTEM_CLOCK);
    // Who has waited for longer could not be answered any more.
    this.#longestWaitMs = deadlineMs / 2;
  }

  /** Undefined where there is a place already. Rejects with OVERLOADED. The place is free when the response closes. */
  enter(response: ServerResponse, signal: () => AbortSignal): Promise<void> | undefined {
    if (!this.bulkhead.tryEnter()) return this.#wait(response, signal());
    this.#hold(response);
    return undefined;
  }

  async #wait(response: ServerResponse, signal: AbortSignal): Promise<void> {
    await this.#takePlace(signal);
    this.#hold(response);
  }

  async #takePlace(signal: AbortSignal): Promise<void> {
    const deadlineMs = performance.now() + this.#longestWaitMs;
    const admission = await this.bulkhead.wait({ signal, deadlineMs });
    if (admission !== 'admitted') {
      if (admission !== 'abandoned') this.shed += 1;
      throw new GatewayError('OVERLOADED', { retryAfterMs: RETRY_AFTER_MS });
    }
  }

  /** For what has no response of its own. Gives what makes the place free. Rejects with OVERLOADED. */
  async admit(signal: AbortSignal): Promise<() => void> {
    if (!this.bulkhead.tryEnter()) await this.#takePlace(signal);
    return once(() => this.bulkhead.leave());
  }

  /** What the response still tells is no work of a request any more. */
  leave(response: ServerResponse): void {
    this.#leaving.get(response)?.();
  }

  #hold(response: ServerResponse): void {
    const leave = once(() => this.bulkhead.leave());
    this.#leaving.set(response, leave);
    if (response.destroyed) leave();
    else response.once('close', leave);
  }
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
