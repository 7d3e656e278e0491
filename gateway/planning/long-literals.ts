/**
 * Numbers in an operation that have more digits than a double holds. The planner reads numbers and prints them again,
 * so it gets others in their place, which stand for them until the plan is made. Knows no schema.
 */

import type { FetchNode } from '@apollo/query-planner';
import { Kind, visit, type DocumentNode, type FloatValueNode, type IntValueNode } from 'graphql';

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
  const { numbers, texts } = literalsOf(document);
  const long = [...numbers].filter((text) => losesDigits(Number(text), text));
  if (long.length === 0) return { document, restore: (fetch) => fetch };
  const standIns = freeNumbers(long.length, [...numbers, ...texts]);
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
function literalsOf(document: DocumentNode) {
  const numbers = new Set<string>();
  const texts = new Set<string>();
  const note = ({ value }: IntValueNode | FloatValueNode) => void numbers.add(value);
  visit(document, {
    IntValue: note,
    FloatValue: note,
    StringValue: ({ value }) => void texts.add(value),
    Name: ({ value }) => void texts.add(value),
  });
  return { numbers, texts };
}

/** That stand in none of the texts. */
function freeNumbers(count: number, texts: readonly string[]): readonly string[] {
  const numbers: string[] = [];
  for (let number = FIRST; numbers.length < count; number += 1) {
    const text = String(number);
    if (!texts.some((each) => each.includes(text))) numbers.push(text);
  }
  return numbers;
}
