/**
 * What the fields of a generated federation may be given: a number, or an object of several things with defaults. A
 * value depends on all that is given, also on whether something is null or left out. Knows no field.
 */

import { numberFrom } from './chance.ts';

export interface Given {
  readonly n?: number;
  readonly of?: Wish;
  /** Of what stands around. */
  readonly [context: string]: unknown;
}

export type Wish = Readonly<Record<string, unknown>>;

export const WISH_SDL = `input Wish { n: Int! = 1  hue: Hue = RED  mood: Mood = CALM  marks: [String!]  also: [Wish!] = []
    id: ID  share: Float = 1  any: Any = { deep: [1, null] } }`;

/** As clients write them. */
export const WISHES: readonly Wish[] = [
  {},
  { n: 2 },
  { hue: 'GREEN', marks: ['a'] },
  { mood: 'GLAD', also: [{ mood: null }] },
  { n: 3, hue: null, marks: null, any: null },
  { id: 7, share: 2, any: { name: 'x', list: [1.5, [true, {}]] } },
  { id: '7', any: [] },
  { also: [{ n: 4 }, { marks: ['b', 'c'], also: null }] },
];

/** What comes of one that says no more than its number. */
export function plainWish(n: number): Wish {
  return { n, hue: 'RED', mood: 'CALM', also: [], share: 1, any: { deep: [1, null] } };
}

export function numberGiven({ n = 1, of }: Given): number {
  return of === undefined ? n : numberFrom(inOrder(of)) % 1000;
}

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${parts.map(([name, each]) => `${name}:${inOrder(each)}`).join()}}`;
}
