/**
 * Which values are values of a type, also where a number keeps all the digits that it was written with.
 */

import { buildSchema } from 'graphql';

import { parseExactly } from '../../../../gateway/base/exact-json.ts';
import { fitsType } from '../../../../gateway/execution/leaf-values.ts';

const schema = buildSchema(`
  scalar Big
  type Query { id: ID  float: Float  int: Int  big: Big  must: Big!  list: [[Int!]]  query: Query }`);

const fields = schema.getQueryType()?.getFields() ?? {};

test.each([
  ['id', '"x"', true],
  ['id', '12345678901234567890', true],
  ['id', '0.1234567890123456789', false],
  ['id', '9007199254740993.5', false],
  ['id', '1.5', false],
  ['float', '0.1234567890123456789', true],
  ['float', '12345678901234567890e400', false],
  ['float', '1e400', false],
  ['int', '12345678901234567890', false],
  ['big', '12345678901234567890e400', true],
  ['big', '1e400', true],
  ['big', '1e-400', true],
  ['big', 'null', true],
  ['must', 'null', false],
  ['list', '[[1,2],null,[]]', true],
  ['list', '[[1,null]]', false],
  ['list', '[1]', false],
  ['query', '{}', true],
  ['query', '"text"', false],
  ['query', '[]', false],
  ['query', '12345678901234567890', false],
])('%s: %s is one: %s', (name, text, fits) => {
  const { type } = fields[name] ?? {};
  expect(type && fitsType(parseExactly(text), type)).toBe(fits);
});
