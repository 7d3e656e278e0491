/**
 * Numbers in an operation that have more digits than a double holds. The planner reads numbers and prints them again,
 * so it gets others in their place, which stand for them until the plan is made. Knows no schema.
 */

import type { FetchNode } from '@apollo/query-planner';
import { Kind, print, visit, type DocumentNode, type FloatValueNode, type IntValueNode } from 'graphql';

import { losesDigits } from '../base/exact-json.ts';

export interface LongLiterals {
  /** To be planned; the same where no number is too long. */
  readonly document: DocumentNode;
  /** The fetch with the numbers that were written. */
  readonly restore: (fetch: FetchNode) => FetchNode;
}

/** Fifteen digits, which a double holds and hardly anybody writes. */
const FIRST = 731_905_284_600_000;

export function shortenLiterals(document: DocumentNode): LongLiterals {
  const long = [...numbersIn(document)].filter((text) => losesDigits(Number(text), text));
  if (long.length === 0) return { document, restore: (fetch) => fetch };
  const standIns = freeNumbers(long.length, print(document));
  const standInFor = new Map(long.map((text, index) => [text, standIns[index] ?? '']));
  const written = new Map([...standInFor].map(([text, standIn]) => [standIn, text]));
  const replace = ({ value }: IntValueNode | FloatValueNode): IntValueNode | undefined => {
    const standIn = standInFor.get(value);
    return standIn === undefined ? undefined : { kind: Kind.INT, value: standIn };
  };
  const anyOfThem = new RegExp(standIns.join('|'), 'g');
  return {
    document: visit(document, { IntValue: replace, FloatValue: replace }),
    restore: (fetch) => ({
      ...fetch,
      operation: fetch.operation.replace(anyOfThem, (standIn) => written.get(standIn) ?? standIn),
    }),
  };
}

/** Each once, as it is written. */
function numbersIn(document: DocumentNode): ReadonlySet<string> {
  const numbers = new Set<string>();
  const note = ({ value }: IntValueNode | FloatValueNode) => void numbers.add(value);
  visit(document, { IntValue: note, FloatValue: note });
  return numbers;
}

/** That do not stand in the text. */
function freeNumbers(count: number, whole: string): readonly string[] {
  const numbers: string[] = [];
  for (let number = FIRST; numbers.length < count; number += 1) {
    const text = String(number);
    if (!whole.includes(text)) numbers.push(text);
  }
  return numbers;
}
