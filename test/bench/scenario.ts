/**
 * What one scenario asks: operations, sent in turn, over and over. Knows no gateway and no store.
 */

export interface Scenario {
  readonly name: string;
  /** What it is about, for a person who reads the table. */
  readonly says: string;
  readonly operations: readonly string[];
}

/**
 * Stands in an operation whose text must never have been seen before: whoever sends it puts another number of the same
 * length in its place each time. As an alias it stands in the answer too.
 */
export const FRESH = 'fresh_00000000';
const FRESH_PATTERN = /fresh_\d{8}/g;

export function renumberFresh(text: string, number: number): string {
  return text.replaceAll(FRESH, freshNumber(number));
}

/** The numbered text that stands in `text`, else undefined. */
export function findFresh(text: string): string | undefined {
  return text.match(FRESH_PATTERN)?.[0];
}

function freshNumber(number: number): string {
  return `fresh_${String(number).padStart(8, '0')}`;
}
