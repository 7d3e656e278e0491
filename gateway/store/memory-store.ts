/**
 * The store in the memory of one process: bounded, forgetting first what was not used for longest. Knows no other
 * process.
 */

import { LRUCache } from 'lru-cache';

import type { Clock } from '../resilience/clock.ts';
import type { QuotaUse, SharedStore, Standing, StoreState, Taking } from './shared-store.ts';

interface Kept {
  readonly value: string;
  readonly untilMs: number;
}

interface Used {
  amount: number;
  readonly untilMs: number;
}

const MOST_QUOTAS = 100_000;
/** Characters of keys and values together. */
const MOST_KEPT = 16_000_000;

export class MemoryStore implements SharedStore {
  readonly state: StoreState = { kind: 'memory' };
  readonly fallbacks = 0;
  readonly #clock: Clock;
  readonly #kept = new LRUCache<string, Kept>({ maxSize: MOST_KEPT });
  readonly #used = new LRUCache<string, Used>({ max: MOST_QUOTAS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Promise<string | undefined> {
    const kept = this.#kept.get(key);
    return Promise.resolve(kept !== undefined && this.#clock.nowMs() < kept.untilMs ? kept.value : undefined);
  }

  set(key: string, value: string, lifetimeMs: number): Promise<void> {
    const untilMs = this.#clock.nowMs() + lifetimeMs;
    this.#kept.set(key, { value, untilMs }, { size: key.length + value.length + 1 });
    return Promise.resolve();
  }

  take(uses: readonly QuotaUse[]): Taking {
    const nowMs = this.#clock.nowMs();
    const isTaken = uses.every(
      ({ key, limit, amount }) => amount === 0 || this.#usedOf(key, nowMs) + amount <= limit,
    );
    return { isTaken, standings: uses.map((use) => this.#standingOf(use, isTaken ? use.amount : 0, nowMs)) };
  }

  stop(): void {
    this.#kept.clear();
    this.#used.clear();
  }

  #usedOf(key: string, nowMs: number): number {
    const used = this.#used.get(key);
    return used === undefined || nowMs >= used.untilMs ? 0 : used.amount;
  }

  #standingOf({ key, limit, windowMs }: QuotaUse, amount: number, nowMs: number): Standing {
    const known = this.#used.get(key);
    if (known !== undefined && nowMs < known.untilMs) {
      known.amount += amount;
      return { remaining: Math.max(0, limit - known.amount), resetMs: known.untilMs - nowMs };
    }
    if (amount > 0) this.#used.set(key, { amount, untilMs: nowMs + windowMs });
    return { remaining: limit - amount, resetMs: windowMs };
  }
}
