/**
 * Ends a switch over a union: a kind that was forgotten is a type error, and an error at run time.
 */

export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
