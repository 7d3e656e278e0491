/**
 * The end of every switch over a union: a forgotten kind is a type error here, not a surprise at run time.
 * Knows nothing of the unions it closes.
 */

/** Throws; that a value arrives here at all means that data did not have its declared type. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
