/**
 * Bytes that are passed on as they are: exactly those that reading, checking and printing would give again. SEED
 * makes them others.
 */

import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { buildSchema, Kind, parse, type OperationDefinitionNode } from 'graphql';

import { compileProjection } from '../../../../gateway/execution/compile-projection.ts';
import { compileScanner } from '../../../../gateway/execution/compile-scanner.ts';
import { SEED } from '../../../kit/seed.ts';

const schema = buildSchema(`
  scalar Anything
  enum Colour { RED GREEN }
  interface Named { name: String }
  type Query { things: [Thing!] one: Thing thing: Thing! named: Named }
  type Other implements Named { name: String }
  type Thing implements Named {
    id: ID!  name: String  count: Int  price: Float!  isNew: Boolean  colour: Colour
    tags: [String!]!  grid: [[Int]]  any: Anything  inner: Thing
  }`);

function shapeOf(query: string) {
  const [operation] = parse(query).definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const rootType = schema.getQueryType();
  if (operation === undefined || rootType == null) throw new Error('the test asks something else');
  return { schema, rootType, sets: [{ set: operation.selectionSet, fragments: new Map() }] };
}

const SHAPE = shapeOf(`{
  things { __typename id name count price isNew colour tags grid any renamed: inner { id } }
  one { name }
}`);
const { project } = compileProjection(SHAPE);

/** A scanner of its own each time: one that misses often gives up. */
const fits = (bytes: Buffer) => compileScanner(SHAPE)?.fits(bytes) ?? false;

/** What the client gets by reading, checking and printing; undefined where something does not fit the schema. */
function readAndPrinted(bytes: Buffer): string | undefined {
  try {
    const { data, ...others }: { data: Record<string, unknown> } = JSON.parse(bytes.toString('utf8'));
    if (Object.keys(others).length > 0 || typeof data !== 'object' || data === null) return undefined;
    const projected = project(data);
    return projected === undefined ? undefined : JSON.stringify({ data: projected });
  } catch {
    return undefined;
  }
}

const nullable = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 6 });
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', '\n', '\u2028', '😀', '\u0001'),
);
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 1.5, 0.1, 1e21, 1e-7, 0.000001, 123456789012345, 12345678.9),
);
const thing = fc.record({
  __typename: fc.constant('Thing'),
  id: text,
  name: nullable(text),
  count: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  price: float,
  isNew: nullable(fc.boolean()),
  colour: nullable(fc.constantFrom('RED', 'GREEN')),
  tags: fc.array(text, { maxLength: 3 }),
  grid: nullable(fc.array(nullable(fc.array(nullable(fc.integer({ min: 0, max: 9 })), { maxLength: 2 })))),
  any: nullable(fc.oneof(text, float, fc.boolean())),
  renamed: nullable(fc.record({ id: text })),
});
const answer = fc.record({
  things: nullable(fc.array(thing, { maxLength: 3 })),
  one: nullable(fc.record({ name: nullable(text) })),
});
/** Where numbers and texts have no other way to be written. */
const plain = JSON.stringify({
  data: {
    things: [
      {
        __typename: 'Thing',
        id: 'ä😀\n"',
        name: null,
        count: -2147483648,
        price: 12.25,
        isNew: true,
        colour: 'GREEN',
        tags: ['', 'b'],
        grid: [[1, null], null],
        any: 'x',
        renamed: { id: '2' },
      },
    ],
    one: { name: 'b' },
  },
});

test('a plain answer fits, with and without a line break behind it', () => {
  expect([plain, `${plain}\n`, `${plain}\n\n`, ` ${plain}`].map((each) => fits(Buffer.from(each)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('every answer without rare characters fits, and is what reading, checking and printing gives', () => {
  fc.assert(
    fc.property(answer, (data) => {
      const bytes = Buffer.from(JSON.stringify({ data }));
      if (fits(bytes)) expect(readAndPrinted(bytes)).toBe(bytes.toString('utf8'));
      else expect(bytes.toString('utf8')).toContain('\\u');
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test('what fits is what reading, checking and printing gives, for bytes that were tampered with', () => {
  const pieces = [
    '0',
    '9',
    '-',
    '.',
    'e',
    '"',
    '\\',
    '\\/',
    '\\u0041',
    ',',
    'null',
    ' ',
    '{',
    ']',
    '\u0000',
    '1.50',
    '-0',
  ];
  const bytesOf = (piece: string) => Buffer.from(piece);
  const tampering = fc.record({
    at: fc.nat({ max: plain.length }),
    removed: fc.nat({ max: 4 }),
    added: fc.oneof(
      fc.constantFrom(...pieces).map(bytesOf),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
    ),
  });
  let fitted = 0;
  fc.assert(
    fc.property(
      answer,
      fc.boolean(),
      fc.array(tampering, { minLength: 1, maxLength: 2 }),
      (data, isPlain, changes) => {
        const start = Buffer.from(isPlain ? plain : JSON.stringify({ data }));
        const bytes = changes.reduce((before, { at, removed, added }) => {
          const place = Math.min(at, before.length);
          return Buffer.concat([before.subarray(0, place), added, before.subarray(place + removed)]);
        }, start);
        if (!fits(bytes)) return;
        fitted += 1;
        expect(readAndPrinted(bytes)).toBe(bytes.toString('utf8').trimEnd());
      },
    ),
    { seed: SEED, numRuns: 20_000 },
  );
  // Otherwise the property above would say nothing.
  expect(fitted).toBeGreaterThan(100);
});

test('numbers and texts that would be written otherwise do not fit', () => {
  const withPrice = (price: string) => Buffer.from(plain.replace('12.25', price));
  const prices = [
    '1.50',
    '-0',
    '1e3',
    '01',
    '0.0000001',
    '12345678901234567',
    '0.12345678901234567',
    '+1',
    '.5',
    '5.',
    '',
  ];
  expect(prices.filter((price) => fits(withPrice(price)))).toEqual([]);
  const withName = (name: string) => Buffer.from(plain.replace('"x"', name));
  expect(['"\\/"', '"\\u0041"', '"\t"', '[1]', '{}'].filter((name) => fits(withName(name)))).toEqual([]);
  const broken = Buffer.from(plain);
  broken[plain.indexOf('"b"') + 1] = 0xff;
  expect(fits(broken)).toBe(false);
});

test('an answer with errors, other keys or another order does not fit', () => {
  const changed = [
    plain.replace(/\}$/, ',"errors":[]}'),
    plain.replace(/\}$/, ',"extensions":{}}'),
    plain.replace('"one":{"name":"b"}', '"one":{"name":"b","more":1}'),
    plain.replace('"isNew":true,"colour":"GREEN"', '"colour":"GREEN","isNew":true'),
    plain.replace('"GREEN"', '"BLUE"'),
    plain.replace('"Thing"', '"Query"'),
    plain.replace('-2147483648', '-2147483649'),
    plain.replace('12.25', 'null'),
    '{"data":null}',
  ];
  expect(changed.filter((each) => fits(Buffer.from(each)))).toEqual([]);
});

test.each([
  ['types decide', '{ named { name } }'],
  ['it is introspection', '{ __schema { description } }'],
  ['a name was given for the plan alone', '{ one { name__client: name } }'],
])('nothing is passed on where %s', (_because, query) => {
  expect(compileScanner(shapeOf(query))).toBeUndefined();
});

test('a subgraph that writes otherwise is soon not looked at any more', () => {
  const scan = compileScanner(SHAPE);
  for (let miss = 0; miss < 16; miss += 1) expect(scan?.fits(Buffer.from('{ }'))).toBe(false);
  expect(scan?.fits(Buffer.from(plain))).toBe(false);
});

test('an object of which nothing is asked ends like any other', () => {
  const { fits: fitsEmpty } =
    compileScanner(shapeOf('{ one { ... on Named { ... on Other { name } } } things { id } }')) ?? {};
  const bodies = ['{}', '{', '{,'].map((one) => `{"data":{"one":${one},"things":null}}`);
  expect(bodies.map((body) => fitsEmpty?.(Buffer.from(body)))).toEqual([true, false, false]);
});
