/**
 * The owner of a field says what its failure means (`@onFailure`): null, the failure of the whole answer, or the last
 * good value, which is shown only to whom it was shown before, only for so long, and marked.
 */

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { GraphQLError } from 'graphql';

import type { SystemName } from '../../schema/ownership.ts';
import { behaving, honest, sendJson, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { subgraphError } from '../kit/expected-error.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const SPEC = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://tributary.example/spec/v1.0", import: ["@onFailure"])
  @composeDirective(name: "@onFailure")
  directive @onFailure(answer: String!, maxAgeSeconds: Int) on FIELD_DEFINITION`;
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** How the system of names is, and what it says; each test sets it. */
let names: { kind: 'up' | 'down' | 'refusing'; name: string | null };

const crm: FakeSubgraph = behaving(
  honest(
    'crm',
    `${SPEC}
    type Query { customer(id: ID!): Customer }
    type Customer @key(fields: "id") {
      id: ID!
      name: String! @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
      nickname: String @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)
      email: String @onFailure(answer: "NULL")
    }`,
    {
      Query: { customer: (_: unknown, { id }: { id: string }) => ({ id }) },
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Ada ${id}`,
        nickname: ({ id }: { id: string }) => {
          if (names.kind === 'refusing') throw new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } });
          return names.name === null ? null : `${names.name} ${id}`;
        },
        email: () => 'ada@example.test',
      },
    },
  ),
  async (answer, response) => {
    if (names.kind === 'down') response.destroy();
    else sendJson(response, await answer());
  },
);

let books: 'up' | 'down';
const accounting: FakeSubgraph = behaving(
  honest(
    'accounting',
    `${SPEC}
    type Customer @key(fields: "id") { id: ID!  owed: Owed @onFailure(answer: "FAIL")  terms: Int }
    type Owed { amount: String! }`,
    {
      Customer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        owed: () => ({ amount: '10.00' }),
        terms: () => 30,
      },
    },
  ),
  async (answer, response) => {
    if (books === 'down') response.destroy();
    else sendJson(response, await answer());
  },
);

const shop = honest(
  'shop',
  `${LINK}
  type Query { orders: [Order!]! }
  type Order { number: Int!  customer: Customer }
  type Customer @key(fields: "id", resolvable: false) { id: ID! }`,
  { Query: { orders: () => [1, 2].map((number) => ({ number, customer: { id: String(number) } })) } },
);

let gateway: TestGateway;
let issuer: TokenIssuer;

beforeEach(async () => {
  names = { kind: 'up', name: 'Countess' };
  books = 'up';
  issuer = await createTokenIssuer();
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { identity: { issuers: [issuer.config] } },
  });
});

afterEach(async () => {
  await gateway.stop();
  issuer.stop();
});

const ORDERS = '{ orders { number customer { called: name } } }';
const orders = (...called: readonly (string | null)[]) => ({
  orders: called.map((name, index) => ({
    number: index + 1,
    customer: name === null ? null : { called: name },
  })),
});
const unavailable = (subgraph: SystemName, ...path: (string | number)[]) =>
  subgraphError('SUBGRAPH_UNAVAILABLE', subgraph, path);
const stale = (...paths: (string | number)[][]) => ({
  stale: paths.map((path) => ({ path, ageSeconds: expect.any(Number) })),
});

test('without anything seen before, a failure is null with an error', async () => {
  names.kind = 'down';
  expect(await gateway.ask(ORDERS)).toEqual({
    data: orders(null, null),
    errors: [
      unavailable('crm', 'orders', 0, 'customer', 'called'),
      unavailable('crm', 'orders', 1, 'customer', 'called'),
    ],
  });
});

test('the last good value stands in, without an error and marked, whichever way the request goes', async () => {
  expect(await gateway.ask(ORDERS)).toEqual({ data: orders('Ada 1', 'Ada 2') });
  names.kind = 'down';
  const expected = {
    data: orders('Ada 1', 'Ada 2'),
    extensions: stale(['orders', 0, 'customer', 'called'], ['orders', 1, 'customer', 'called']),
  };
  expect(await gateway.ask(ORDERS)).toEqual(expected);
  // With another text it goes the long way first, with the same one the short way.
  const again = `${ORDERS} # again`;
  expect([await gateway.ask(again), await gateway.ask(again)]).toEqual([expected, expected]);
  names.kind = 'up';
  expect(await gateway.ask(ORDERS)).toEqual({ data: orders('Ada 1', 'Ada 2') });
});

test('it stands in for that entity and that field alone, and what else failed still has its error', async () => {
  await gateway.ask('{ customer(id: "1") { id name } }');
  names.kind = 'down';
  expect(await gateway.ask('{ orders { customer { name email } } }')).toEqual({
    data: { orders: [{ customer: { name: 'Ada 1', email: null } }, { customer: null }] },
    errors: [
      unavailable('crm', 'orders', 0, 'customer', 'email'),
      unavailable('crm', 'orders', 1, 'customer', 'name'),
      unavailable('crm', 'orders', 1, 'customer', 'email'),
    ],
    extensions: stale(['orders', 0, 'customer', 'name']),
  });
});

test('what one principal was shown is shown to no other, nor to the same with other rights', async () => {
  const [one, other, less] = await Promise.all([
    issuer.token({ sub: 'ines', roles: ['sales'] }),
    issuer.token({ sub: 'otto', roles: ['sales'] }),
    issuer.token({ sub: 'ines', roles: ['support'] }),
  ]);
  await gateway.ask(ORDERS, { token: one });
  names.kind = 'down';
  const seenBy = async (token?: string) => {
    const answer = await gateway.ask(ORDERS, token === undefined ? {} : { token });
    // Reason for the cast: an answer of the gateway under test.
    return (answer as { readonly data: unknown }).data;
  };
  expect([await seenBy(one), await seenBy(other), await seenBy(less), await seenBy()]).toEqual([
    orders('Ada 1', 'Ada 2'),
    orders(null, null),
    orders(null, null),
    orders(null, null),
  ]);
});

test('a refusal is no failure: what may no longer be seen is not shown again', async () => {
  const query = '{ orders { customer { nickname } } }';
  const nicknames = (...given: readonly (string | null)[]) => ({
    orders: given.map((nickname) => ({ customer: { nickname } })),
  });
  expect(await gateway.ask(query)).toEqual({ data: nicknames('Countess 1', 'Countess 2') });
  names.kind = 'refusing';
  expect(await gateway.ask(query)).toEqual({
    data: nicknames(null, null),
    errors: [0, 1].map((index) =>
      subgraphError('FORBIDDEN', 'crm', ['orders', index, 'customer', 'nickname']),
    ),
  });
});

test('a null that was given is the last good value too', async () => {
  const query = '{ orders { customer { nickname } } }';
  await gateway.ask(query);
  names.name = null;
  const empty = { orders: [{ customer: { nickname: null } }, { customer: { nickname: null } }] };
  expect(await gateway.ask(query)).toEqual({ data: empty });
  names.kind = 'down';
  expect(await gateway.ask(query)).toEqual({
    data: empty,
    extensions: stale(['orders', 0, 'customer', 'nickname'], ['orders', 1, 'customer', 'nickname']),
  });
});

test('a field without which the answer would mislead fails all of it, and one beside it does not', async () => {
  books = 'down';
  expect(await gateway.ask('{ customer(id: "1") { name owed { amount } } }')).toEqual({
    data: null,
    errors: [unavailable('accounting', 'customer', 'owed')],
  });
  expect(await gateway.ask('{ customer(id: "1") { name terms } }')).toEqual({
    data: { customer: { name: 'Ada 1', terms: null } },
    errors: [unavailable('accounting', 'customer', 'terms')],
  });
});

test('what is older than the owner allows is not shown', async () => {
  await gateway.ask(ORDERS);
  names.kind = 'down';
  const realNow = performance.now.bind(performance);
  const later = jest.spyOn(performance, 'now').mockImplementation(() => realNow() + 61_000);
  try {
    expect(await gateway.ask(ORDERS)).toEqual({
      data: orders(null, null),
      errors: [
        unavailable('crm', 'orders', 0, 'customer', 'called'),
        unavailable('crm', 'orders', 1, 'customer', 'called'),
      ],
    });
  } finally {
    later.mockRestore();
  }
});

test('the engine that knows no such thing says so when it starts, and answers null with an error', async () => {
  process.env['TRIBUTARY_TEST_ENGINE'] = 'apollo';
  books = 'down';
  const other = await startGateway({ subgraphs: [crm, accounting, shop] }).finally(
    () => delete process.env['TRIBUTARY_TEST_ENGINE'],
  );
  const answer = await other.ask('{ customer(id: "1") { owed { amount } } }');
  await other.stop();
  expect(answer).toEqual({
    data: { customer: { owed: null } },
    errors: [unavailable('accounting', 'customer', 'owed')],
  });
  expect(other.logged()).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      fields: ['Customer.owed', 'Customer.name', 'Customer.nickname'],
      msg: 'the engine apollo ignores @onFailure; a failure is null with an error',
    }),
  );
});
