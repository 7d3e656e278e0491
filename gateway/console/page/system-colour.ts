/**
 * A colour for each system, the same wherever it is shown. Knows no system.
 */

/** Far apart for names that come one after another. */
const GOLDEN_ANGLE = 137.5;

/** In degrees. */
export function hueOf(name: string): number {
  const letters = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return Math.round((letters * GOLDEN_ANGLE) % 360);
}
