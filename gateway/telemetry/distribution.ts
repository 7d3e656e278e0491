/**
 * How long something takes, as Prometheus counts it: how often it stayed within each bound. Observing is an addition
 * and a short search, so that it may happen for every request. Knows no label.
 */

/** In seconds; from a prepared operation to the deadline of a request. */
export const REQUEST_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

export class Distribution {
  readonly bounds: readonly number[];
  /** How many fell between each bound and the one before; the last are those above all. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[] = REQUEST_BOUNDS) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observeMs(ms: number): void {
    const seconds = ms / 1000;
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? Infinity)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += seconds;
  }
}
