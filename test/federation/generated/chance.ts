/**
 * Chance that a number decides: the same number, the same choices, on every machine.
 */

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to one less than `count`. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    return mix(this.#state) % count;
  }

  /** True one time in `often`. */
  isOneIn(often: number): boolean {
    return this.below(often) === 0;
  }

  oneOf<T>(all: readonly T[]): T {
    const chosen = all[this.below(all.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  /** Each with one chance in two; no fewer than `least`, if there are as many. */
  someOf<T>(all: readonly T[], least = 0): readonly T[] {
    const chosen = all.filter(() => this.isOneIn(2));
    return chosen.length >= Math.min(least, all.length) ? chosen : all.slice(0, least);
  }
}

/** A number that looks like chance and is the same for the same parts. */
export function numberFrom(...parts: readonly unknown[]): number {
  let number = 0;
  for (const character of parts.join('|')) number = mix(number + character.codePointAt(0)!);
  return number >>> 3;
}

/** Spreads each bit over all others; multiplications as in other small generators of chance. */
function mix(given: number): number {
  let number = (given + 0x9e_37_79_b9) >>> 0;
  number = Math.imul(number ^ (number >>> 16), 0x85_eb_ca_6b);
  number = Math.imul(number ^ (number >>> 13), 0xc2_b2_ae_35);
  return (number ^ (number >>> 16)) >>> 0;
}
