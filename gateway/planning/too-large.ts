/**
 * What the planner says of an operation that its fragments make larger than ten million fields. Knows no operation.
 */

const WORDS = 'Exceeded maximum recursive selections';

export function saysTooLarge(message: string): boolean {
  return message.startsWith(WORDS);
}
