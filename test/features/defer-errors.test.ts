/**
 * What goes wrong in a deferred fragment stays in its part, with the path, code and owner that it has in a whole
 * answer; what goes wrong around it takes with it only what hangs on a null.
 */

import { afterEach, expect, test } from '@jest/globals';

import { askInParts, DEFER_2022, V0_2, type PartsAnswer } from '../kit/ask-in-parts.ts';
import { subgraphError } from '../kit/expected-error.ts';
import { behaving, down, scripted, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway?.stop());

async function start(subgraphs: readonly FakeSubgraph[], config?: GatewaySetup['config']) {
  gateway = await startGateway({ subgraphs, ...(config === undefined ? {} : { config }) });
  return (query: string, accept: string): Promise<PartsAnswer> =>
    askInParts(gateway.url, { query, accept, headers: { 'x-request-id': 'deferred-1' } });
}

const unavailable = (path: readonly (string | number)[]) =>
  subgraphError('SUBGRAPH_UNAVAILABLE', 'accounting', path, { requestId: 'deferred-1' });

const RATINGS = '{ customers { nodes { id ... @defer(label: "r") { rating } } } }';

test('the newer format: a system that is down costs the fields of its own parts', async () => {
  const ask = await start([crm, down(accounting), shop]);
  const [first, ...later] = await (await ask(RATINGS, V0_2)).rest();
  expect(first?.errors).toBeUndefined();
  expect(later).toEqual([
    {
      incremental: [0, 2, 3].map((index, id) => ({
        data: { rating: null },
        errors: [unavailable(['customers', 'nodes', index, 'rating'])],
        id: String(id),
      })),
      completed: [{ id: '0' }, { id: '1' }, { id: '2' }],
      hasNext: false,
    },
  ]);
});

test('the older format: a system that is down costs the fields of its own parts', async () => {
  const ask = await start([crm, down(accounting), shop]);
  const [first, ...later] = await (await ask(RATINGS, DEFER_2022)).rest();
  expect(first?.errors).toBeUndefined();
  expect(later).toEqual([
    {
      incremental: [0, 2, 3].map((index) => ({
        data: { rating: null },
        path: ['customers', 'nodes', index],
        label: 'r',
        errors: [unavailable(['customers', 'nodes', index, 'rating'])],
      })),
      hasNext: false,
    },
  ]);
});

const CART = '{ customer(id: "1") { name ... @defer { email cart { items } } ... @defer { rating } } }';
const NO_CART = [subgraphError('SUBGRAPH_UNAVAILABLE', 'shop', ['customer', 'cart'])];

test('the newer format: a null where none may be takes its part and no more', async () => {
  const ask = await start([crm, accounting, down(shop)]);
  const [first, ...later] = await (await ask(CART, V0_2)).rest();
  expect(first).toMatchObject({ data: { customer: { name: 'Ada Byron' } } });
  expect(
    later.flatMap(({ completed = [] }) => completed).sort((a, b) => Number(a.id) - Number(b.id)),
  ).toEqual([{ id: '0', errors: NO_CART }, { id: '1' }]);
  expect(later.flatMap(({ incremental = [] }) => incremental)).toEqual([
    { data: { rating: 'GOOD' }, id: '1' },
  ]);
});

test('the older format: a null where none may be takes its part and no more', async () => {
  const ask = await start([crm, accounting, down(shop)]);
  const [, ...later] = await (await ask(CART, DEFER_2022)).rest();
  const parts = later.flatMap(({ incremental = [] }) => incremental);
  expect(parts.sort((one, other) => Number(one.data !== null) - Number(other.data !== null))).toEqual([
    { data: null, path: ['customer'], errors: NO_CART },
    { data: { rating: 'GOOD' }, path: ['customer'] },
  ]);
});

test('a part of which the parent is null does not come, nor is anything fetched for it', async () => {
  const ask = await start([crm, accounting, shop]);
  const answer = await ask('{ customer(id: "none") { name ... @defer { rating } } }', V0_2);
  expect(answer.headers.get('content-type')).toContain('application/graphql-response+json');
  expect(await answer.rest()).toEqual([{ data: { customer: null } }]);
  expect(gateway.subgraphs.get('accounting')?.received).toEqual([]);
});

test('a parent that a null takes away takes its parts with it, and its error is told at once', async () => {
  const nameless = scripted(crm, () => ({
    data: { customer: { __typename: 'Customer', id: '1', name: null } },
  }));
  const ask = await start([nameless, accounting, shop]);
  const parts = await (await ask('{ customer(id: "1") { name ... @defer { rating } } }', V0_2)).rest();
  expect(parts).toEqual([
    {
      data: { customer: null },
      errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'crm', ['customer', 'name'])],
    },
  ]);
});

test('an error of the initial part is told there alone, and what is deferred comes all the same', async () => {
  const ask = await start([crm, down(accounting), shop]);
  const query = '{ customer(id: "1") { rating ... @defer { rating orders { id } } } }';
  const [first, ...later] = await (await ask(query, V0_2)).rest();
  expect([first, later]).toEqual([
    {
      errors: [unavailable(['customer', 'rating'])],
      data: { customer: { rating: null } },
      pending: [{ id: '0', path: ['customer'] }],
      hasNext: true,
    },
    [
      {
        incremental: [{ data: { orders: [{ id: 'o1' }, { id: 'p1' }] }, id: '0' }],
        completed: [{ id: '0' }],
        hasNext: false,
      },
    ],
  ]);
});

test('a deferred field that needs what failed says so under its own path', async () => {
  const ask = await start([crm, down(accounting), shop]);
  const query = '{ customer(id: "1") { name ... @defer { mayBuyOnAccount } } }';
  const [, later] = await (await ask(query, V0_2)).rest();
  expect(later?.incremental).toEqual([
    {
      data: { mayBuyOnAccount: null },
      errors: [unavailable(['customer', 'mayBuyOnAccount'])],
      id: '0',
    },
  ]);
});

test('errors have the names that the client gave', async () => {
  const ask = await start([crm, down(accounting), shop]);
  const query = '{ id: customer(id: "1") { name ... @defer { creditAvailable: rating } } }';
  const [, later] = await (await ask(query, V0_2)).rest();
  expect(later?.incremental).toEqual([
    { data: { creditAvailable: null }, errors: [unavailable(['id', 'creditAvailable'])], id: '0' },
  ]);
});

test('a deferred system that never answers is given up at its deadline', async () => {
  const silent = behaving(accounting, () => undefined);
  const overrides = { accounting: { timeoutMs: 50 } };
  const ask = await start([crm, silent, shop], { subgraphs: { overrides } });
  const [, later] = await (await ask('{ customer(id: "1") { id ... @defer { rating } } }', V0_2)).rest();
  expect(later).toEqual({
    incremental: [
      {
        data: { rating: null },
        errors: [subgraphError('SUBGRAPH_TIMED_OUT', 'accounting', ['customer', 'rating'])],
        id: '0',
      },
    ],
    completed: [{ id: '0' }],
    hasNext: false,
  });
});

test('what failed in a part stands in the request’s line of the log', async () => {
  const ask = await start([crm, down(accounting), shop]);
  await (await ask('query Rating { customer(id: "1") { id ... @defer { rating } } }', V0_2)).rest();
  const ended = gateway.logged().filter(({ msg }) => msg === 'request ended');
  expect(ended).toEqual([
    expect.objectContaining({
      operationName: 'Rating',
      status: 200,
      errorCodes: ['SUBGRAPH_UNAVAILABLE'],
    }),
  ]);
});

const SIZES = 'query { customer(id: "1") { id ... @defer { name } ... @defer { receivable { amount } } } }';

test.each([
  ['newer', V0_2],
  ['older', DEFER_2022],
])('the %s format: parts that make the answer too large do not come and say why', async (_name, accept) => {
  const whole = await askTooLong(SIZES, accept);
  const [first, ...later] = whole;
  expect(first).toMatchObject({ data: { customer: { id: '1' } }, hasNext: true });
  expect(later.at(-1)?.hasNext).toBe(false);
  const told = later.flatMap(({ completed = [], incremental = [] }) => [...completed, ...incremental]);
  const tooLarge = expect.objectContaining({
    path: ['customer'],
    extensions: expect.objectContaining({
      code: 'LIMIT_EXCEEDED',
      details: { limit: 'maxAnswerBytes', value: expect.any(Number), maximum: 60 },
    }),
  });
  expect(told).toEqual([
    expect.objectContaining({ errors: [tooLarge] }),
    expect.objectContaining({ errors: [tooLarge] }),
  ]);
});

/** What is not deferred has 35 bytes. */
async function askTooLong(query: string, accept: string) {
  const ask = await start([crm, accounting, shop], { limits: { maxAnswerBytes: 60 } });
  return (await ask(query, accept)).rest();
}
