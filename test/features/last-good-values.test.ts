/**
 * The last good value of a field stands in also where its subgraph gives what is no value of its type, and what was no
 * value of its type is never the last good one.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { behaving, honest, sendJson } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const SPEC = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://tributary.example/spec/v1.0", import: ["@onFailure"])
  @composeDirective(name: "@onFailure")
  directive @onFailure(answer: String!, maxAgeSeconds: Int) on FIELD_DEFINITION`;

let state: 'good' | 'wrong' | 'gone' | 'broken' = 'good';
function failingWhenWrong(value: number): number {
  if (state === 'wrong') throw new Error('no');
  return value;
}

const greeted: string[] = [];
const greet = (_: unknown, { name }: { name: string }) => {
  greeted.push(name);
  return { id: '1' };
};
const names = behaving(
  honest(
    'names',
    `${SPEC}
    type Query { person: Person }
    type Person @key(fields: "id") {
      id: ID!
      age: Int! @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
      must: Int!
      nick: String @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
      words: [String!] @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
      tags: [String!] @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
    }`,
    {
      Query: { person: () => ({ id: '1' }) },
      Person: {
        __resolveReference: (sent: object) => (state === 'gone' ? null : sent),
        age: () => failingWhenWrong(7),
        must: () => failingWhenWrong(9),
        nick: () => 'kay',
        words: () => ['one', state === 'broken' ? new Error('no') : 'two'],
        tags: () => ['t'],
      },
    },
  ),
  async (answer, response) => {
    const text = JSON.stringify(await answer());
    sendJson(
      response,
      JSON.parse(state === 'wrong' ? text.replace('"kay"', '7').replace('["t"]', '["t",null]') : text),
    );
  },
);
const orders = honest(
  'orders',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { orders: [Order] }
  type Mutation { greet(name: String!): Person! }
  type Order { by: Person }
  type Person @key(fields: "id", resolvable: false) { id: ID! }`,
  { Query: { orders: () => [{ by: { id: '1' } }] }, Mutation: { greet } },
);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [names, orders] });
});

afterAll(() => gateway?.stop());

test.each([
  '{ person { id nick } }',
  '{ person { id tags } }',
  '{ orders { by { nick } } }',
  '{ orders { by { tags } } }',
])('%s', async (query) => {
  state = 'good';
  const { data } = await ask(query);
  state = 'wrong';
  for (let time = 0; time < 3; time += 1)
    expect(await ask(query)).toEqual({ data, extensions: { stale: [expect.anything()] } });
});

test('what its owner does not know any more is not shown from memory', async () => {
  state = 'good';
  expect(await ask('{ orders { by { age } } }')).toEqual({ data: { orders: [{ by: { age: 7 } }] } });
  state = 'gone';
  expect(await ask('{ orders { by { age } } }')).toMatchObject({
    data: { orders: [{ by: null }] },
    errors: [{ path: ['orders', 0, 'by', 'age'], extensions: { reason: 'unknown entity' } }],
  });
});

test('what a null beside it took away is not told as old', async () => {
  state = 'good';
  await ask('{ orders { by { nick must } } }');
  state = 'wrong';
  const { data, ...others } = await ask('{ orders { by { nick must } } }');
  expect(data).toEqual({ orders: [{ by: null }] });
  expect(others).not.toHaveProperty('extensions');
});

test('a null to which an item has taken its list is no good value', async () => {
  state = 'broken';
  for (let time = 0; time < 3; time += 1)
    expect(await ask('{ orders { by { words } } }')).toMatchObject({
      data: { orders: [{ by: { words: null } }] },
      errors: [{ path: ['orders', 0, 'by', 'words', 1] }],
    });
});

test('a change that a last good value completes does not stop the next', async () => {
  state = 'good';
  const query = 'mutation { a: greet(name: "1") { age } b: greet(name: "2") { age } }';
  await ask(query);
  state = 'wrong';
  greeted.splice(0);
  expect(await ask(query)).toMatchObject({ data: { a: { age: 7 }, b: { age: 7 } } });
  expect(greeted).toEqual(['1', '2']);
});

async function ask(query: string): Promise<{ readonly data?: unknown }> {
  // Reason for the cast: it is what GraphQL over HTTP answers.
  return (await gateway.ask(query)) as { readonly data?: unknown };
}
