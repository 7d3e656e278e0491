/**
 * Defaults of a custom scalar may be objects and lists, also within those of input objects. No schema of graphql-js with
 * such a default can be printed, which must stop nobody from using it.
 */

import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@inaccessible"])`;

const echoing = honest(
  'echoing',
  `${LINK}
  scalar Json
  enum Grade { A HIDDEN @inaccessible }
  input In { x: Int = 3 h: Int = 4 @inaccessible g: Grade = A j: Json = { a: [1] } }
  type Query { echo(i: In = { x: 1 }, j: Json = [1, "b"], h: Grade = HIDDEN @inaccessible): Json }`,
  { Query: { echo: (_root: unknown, given: object) => given } },
);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [echoing], config: { introspection: { filtered: true } } });
});

afterAll(() => gateway.stop());

test.each<[string, string, Record<string, unknown>, object]>([
  [
    'all that is left out',
    '{ echo }',
    {},
    { i: { x: 1, h: 4, g: 'A', j: { a: [1] } }, j: [1, 'b'], h: 'HIDDEN' },
  ],
  [
    'within an input object',
    'query ($i: In) { echo(i: $i, j: { b: 2 }) }',
    { i: { x: 5 } },
    { i: { x: 5, h: 4, g: 'A', j: { a: [1] } }, j: { b: 2 }, h: 'HIDDEN' },
  ],
  [
    'of a variable',
    'query ($j: Json = { c: [{ d: 1 }] }) { echo(j: $j) }',
    {},
    { i: { x: 1, h: 4, g: 'A', j: { a: [1] } }, j: { c: [{ d: 1 }] }, h: 'HIDDEN' },
  ],
])('%s', async (_what, query, variables, echo) => {
  for (const _time of [1, 2, 3, 4])
    expect(await gateway.ask(query, { variables })).toEqual({ data: { echo } });
});

test('the schema can be read', async () => {
  const query = '{ __type(name: "In") { inputFields { name type { name } } } }';
  expect(await gateway.ask(query)).toEqual({
    data: {
      __type: {
        inputFields: [
          { name: 'x', type: { name: 'Int' } },
          { name: 'g', type: { name: 'Grade' } },
          { name: 'j', type: { name: 'Json' } },
        ],
      },
    },
  });
  expect(await gateway.ask('{ __schema { types { inputFields { defaultValue } } } }')).toMatchObject({
    data: {},
  });
});
