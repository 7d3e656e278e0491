/**
 * How often something has happened lately: a window of time in a few buckets, the oldest of which falls out at a time.
 * Costs nothing that grows with what it counts. Knows no clock; time comes in, and never goes back.
 */

const BUCKETS = 10;

export class RollingCount {
  readonly #bucketMs: number;
  readonly #buckets = new Array<number>(BUCKETS).fill(0);
  /** Counted from the clock's beginning. */
  #newest = 0;
  #total = 0;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  add(nowMs: number): void {
    this.#moveTo(nowMs);
    const index = this.#newest % BUCKETS;
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** Of the last `windowMs`, give or take a tenth. */
  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#total;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#total = 0;
  }

  #moveTo(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket === this.#newest) return;
    const passed = Math.min(bucket - this.#newest, BUCKETS);
    for (let step = 1; step <= passed; step += 1) {
      const index = (this.#newest + step) % BUCKETS;
      this.#total -= this.#buckets[index] ?? 0;
      this.#buckets[index] = 0;
    }
    this.#newest = bucket;
  }
}
