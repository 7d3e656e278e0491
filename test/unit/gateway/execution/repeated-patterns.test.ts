/**
 * Patterns of texts take a bounded place, however large the values are that clients write.
 */

import { buildSchema, parse } from 'graphql';

import { createRepeatedPatterns } from '../../../../gateway/execution/repeated-patterns.ts';

const schema = buildSchema(
  'scalar Any type Query { a(s: String, any: Any): Int b(s: String, any: Any): Int }',
);

test('what was noted last is kept, and large texts make room for it', () => {
  const patterns = createRepeatedPatterns(schema);
  const large = 'x'.repeat(300_000);
  const textOf = (alias: string, value: string) => `{ ${alias}: a(s: "${value}${large}", any: "stays") }`;
  const aliases = Array.from({ length: 10 }, (_, index) => `large${index}`);
  for (const alias of aliases) {
    for (const value of ['1', '2', '3']) {
      const text = textOf(alias, value);
      patterns.note({ text, document: parse(text), operationName: undefined });
    }
    expect(patterns.find(textOf(alias, '4'))?.values).toEqual({ literal0: `4${large}` });
  }
  const kept = aliases.filter((alias) => patterns.find(textOf(alias, '4')) !== undefined);
  expect(kept.length).toBeLessThan(7);
});

test('the same text counts as often as it is noted, and one without values never', () => {
  const patterns = createRepeatedPatterns(schema);
  const noted = (text: string) => patterns.note({ text, document: parse(text), operationName: undefined });
  for (const text of ['{ b }', '{ b }', '{ b }', '{ b }']) expect(noted(text)).toBe(undefined);
  const answers = ['1', '2', '3'].map((value) => noted(`{ a(s: "${value}") }`)?.values);
  expect(answers).toEqual([undefined, undefined, { literal0: '3' }]);
});
