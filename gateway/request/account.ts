/**
 * The quotas that one request, or one connection, uses up: charged all together or not at all, and what is left of
 * each for whoever wants to tell. Knows neither who asks nor where is counted.
 */

import { GatewayError } from '../base/gateway-error.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import type { SharedStore, Standing, Taking } from '../store/shared-store.ts';

export type Unit = 'requests' | 'cost';

export interface Policy {
  /** As the option is called, without `rateLimits`. */
  readonly name: string;
  readonly unit: Unit;
  readonly limit: number;
  readonly windowS: number;
}

/** A policy for one asker. */
export interface Meter extends Policy {
  readonly key: string;
}

/** What the asker can be told; undefined where it is not known. */
export interface MeterReading {
  readonly policy: Policy;
  readonly standing: Standing | undefined;
}

/** Who pays for the operations of a request. */
export interface Payer {
  /** Undefined where it is done at once. Throws or rejects with RATE_LIMITED or LIMIT_EXCEEDED; nothing is charged then. */
  chargeCost(cost: number): Promise<void> | undefined;
}

export class Account implements Payer {
  /** Until when the last refusal holds, from the moment of it; undefined where nothing was refused. */
  refusedForMs: number | undefined;
  readonly #meters: readonly Meter[];
  readonly #store: SharedStore;
  readonly #onRefusal: (policy: string) => void;
  #standings: readonly (Standing | undefined)[] = [];

  constructor(meters: readonly Meter[], store: SharedStore, onRefusal: (policy: string) => void) {
    this.#meters = meters;
    this.#store = store;
    this.#onRefusal = onRefusal;
  }

  get readings(): readonly MeterReading[] {
    return this.#meters.map((policy, index) => ({ policy, standing: this.#standings[index] }));
  }

  /**
   * Undefined where it is done at once. Throws or rejects with RATE_LIMITED, where it may be tried again later, or
   * with LIMIT_EXCEEDED, where it is more than ever fits into a window; nothing is charged then.
   */
  charge(unit: Unit, amount: number): Promise<void> | undefined {
    // A request looks at its other quotas too, so that one answer tells them all.
    if (!this.#meters.some((meter) => meter.unit === unit)) return undefined;
    const whole = Math.ceil(amount);
    for (const meter of this.#meters) {
      if (meter.unit === unit && whole > meter.limit)
        throw limitExceeded(`rateLimits.${meter.name}`, whole, meter.limit);
    }
    const taking = this.#store.take(
      this.#meters.map(({ key, limit, windowS, unit: its }) => {
        return { key, limit, windowMs: windowS * 1000, amount: its === unit ? whole : 0 };
      }),
    );
    if (taking instanceof Promise) return taking.then((taken) => this.#settle(taken, unit, whole));
    this.#settle(taking, unit, whole);
    return undefined;
  }

  chargeCost(cost: number): Promise<void> | undefined {
    return this.charge('cost', cost);
  }

  #settle({ isTaken, standings }: Taking, unit: Unit, amount: number): void {
    this.#standings = standings;
    if (isTaken) return;
    const refusing = this.#meters
      .map((meter, index) => ({ meter, standing: standings[index] ?? { remaining: 0, resetMs: 0 } }))
      .filter(({ meter, standing }) => meter.unit === unit && standing.remaining < amount)
      .toSorted((one, other) => other.standing.resetMs - one.standing.resetMs);
    for (const { meter } of refusing) this.#onRefusal(meter.name);
    const [longest] = refusing;
    if (longest === undefined) throw new GatewayError('INTERNAL');
    const { meter, standing } = longest;
    this.refusedForMs = standing.resetMs;
    throw new GatewayError('RATE_LIMITED', {
      retryAfterMs: Math.ceil(standing.resetMs),
      details: {
        limit: `rateLimits.${meter.name}`,
        value: meter.limit - standing.remaining + amount,
        maximum: meter.limit,
        windowS: meter.windowS,
      },
    });
  }
}
