/**
 * A client that defers a fragment gets the rest at once, whatever the fragment's systems do, and the fragment as soon
 * as they have answered; in both formats that clients ask for.
 */

import { afterEach, expect, test } from '@jest/globals';

import { askInParts, DEFER_2022, mergeParts, V0_2, type PartsAnswer } from '../kit/ask-in-parts.ts';
import { behaving, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

const FORMATS = [
  ['incrementalSpec=v0.2', V0_2],
  ['deferSpec=20220824', DEFER_2022],
] as const;

const running: TestGateway[] = [];
let gateway: TestGateway;
afterEach(() => Promise.all(running.splice(0).map((each) => each.stop())));

async function start(
  subgraphs: readonly FakeSubgraph[],
  config?: GatewaySetup['config'],
): Promise<(query: string, accept?: string, variables?: Record<string, unknown>) => Promise<PartsAnswer>> {
  gateway = await startGateway({ subgraphs, ...(config === undefined ? {} : { config }) });
  running.push(gateway);
  return (query, accept = V0_2, variables = {}) =>
    askInParts(gateway.url, { query, accept, variables, headers: { 'x-request-id': 'deferred-1' } });
}

/** Answers right, but not before it may. */
function held(subgraph: FakeSubgraph) {
  const gate = Promise.withResolvers<undefined>();
  const asked = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  const slow = behaving(subgraph, async (answer, response) => {
    response.once('close', () => gone.resolve(undefined));
    asked.resolve(undefined);
    const body = JSON.stringify(await answer());
    await gate.promise;
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  return { slow, release: () => gate.resolve(undefined), asked: asked.promise, gone: gone.promise };
}

const QUERY = '{ customer(id: "1") { name ... @defer(label: "money") { rating receivable { amount } } } }';

test('the newer format: what is not deferred comes while the deferred system still waits', async () => {
  const { slow, release, asked } = held(accounting);
  const ask = await start([crm, slow, shop]);
  const { status, headers, next } = await ask(QUERY);
  expect([status, headers.get('content-type')]).toEqual([
    200,
    'multipart/mixed; boundary="-"; incrementalSpec=v0.2',
  ]);
  expect(await next()).toEqual({
    data: { customer: { name: 'Ada Byron' } },
    pending: [{ id: '0', path: ['customer'], label: 'money' }],
    hasNext: true,
  });
  await asked;
  release();
  expect(await next()).toEqual({
    incremental: [{ data: { rating: 'GOOD', receivable: { amount: '10.00' } }, id: '0' }],
    completed: [{ id: '0' }],
    hasNext: false,
  });
  expect(await next()).toBeUndefined();
});

test('the older format: what is not deferred comes while the deferred system still waits', async () => {
  const { slow, release, asked } = held(accounting);
  const ask = await start([crm, slow, shop]);
  const { status, headers, next } = await ask(QUERY, DEFER_2022);
  expect([status, headers.get('content-type')]).toEqual([
    200,
    'multipart/mixed; boundary="-"; deferSpec=20220824',
  ]);
  expect(await next()).toEqual({ data: { customer: { name: 'Ada Byron' } }, hasNext: true });
  await asked;
  release();
  const data = { rating: 'GOOD', receivable: { amount: '10.00' } };
  expect(await next()).toEqual({
    incremental: [{ data, path: ['customer'], label: 'money' }],
    hasNext: false,
  });
  expect(await next()).toBeUndefined();
});

test('the body is framed as Incremental Delivery over HTTP says', async () => {
  await start([crm, accounting, shop]);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed; deferSpec="20220824"' },
    body: JSON.stringify({ query: '{ customer(id: "1") { id ... @defer { rating } } }' }),
  });
  const head = 'content-type: application/json; charset=utf-8\r\n\r\n';
  expect(await response.text()).toBe(
    `\r\n---\r\n${head}{"data":{"customer":{"id":"1"}},"hasNext":true}\r\n---\r\n` +
      `${head}{"incremental":[{"data":{"rating":"GOOD"},"path":["customer"]}],"hasNext":false}\r\n-----\r\n`,
  );
});

test('each of two systems is told of as soon as it has answered', async () => {
  const [books, store] = [held(accounting), held(shop)];
  const ask = await start([crm, books.slow, store.slow]);
  const query =
    '{ customer(id: "1") { name ... @defer(label: "a") { rating } ... @defer(label: "b") { cart { items } } } }';
  const { next } = await ask(query);
  await next();
  store.release();
  expect(await next()).toEqual({
    incremental: [{ data: { cart: { items: 2 } }, id: '1' }],
    completed: [{ id: '1' }],
    hasNext: true,
  });
  books.release();
  expect(await next()).toEqual({
    incremental: [{ data: { rating: 'GOOD' }, id: '0' }],
    completed: [{ id: '0' }],
    hasNext: false,
  });
});

const NESTED = `{ customers { nodes { id ...Shopping @defer(label: "shopping") } } }
  fragment Shopping on Customer { id orders { id ... @defer { customer { rating } } } }`;

test('fragments in lists and in each other come one after another', async () => {
  const ask = await start([crm, accounting, shop]);
  const [first, second, third, ...more] = await (await ask(NESTED)).rest();
  expect([first, second, third, more]).toEqual([
    {
      data: { customers: { nodes: [{ id: '1' }, null, { id: '2' }, { id: '3' }] } },
      pending: [0, 2, 3].map((index, id) => ({
        id: String(id),
        path: ['customers', 'nodes', index],
        label: 'shopping',
      })),
      hasNext: true,
    },
    {
      pending: [0, 0, 2, 2, 3, 3].map((index, place) => ({
        id: String(place + 3),
        path: ['customers', 'nodes', index, 'orders', place % 2],
      })),
      incremental: ['1', '2', '3'].map((customer, id) => ({
        data: { orders: [{ id: `o${customer}` }, { id: `p${customer}` }] },
        id: String(id),
      })),
      completed: [{ id: '0' }, { id: '1' }, { id: '2' }],
      hasNext: true,
    },
    {
      incremental: ['GOOD', 'GOOD', 'GOOD', 'GOOD', null, null].map((rating, place) => ({
        data: { customer: { rating } },
        id: String(place + 3),
      })),
      completed: [3, 4, 5, 6, 7, 8].map((id) => ({ id: String(id) })),
      hasNext: false,
    },
    [],
  ]);
});

test.each(FORMATS)('%s: the parts together are the whole answer', async (_name, accept) => {
  const ask = await start([crm, accounting, shop]);
  for (const query of [
    QUERY,
    NESTED,
    '{ ... @defer { accounts } search { ... on Customer @defer { email name } ... @defer { ...Sold } } } fragment Sold on Deal { commission }',
    '{ customer(id: "1") { cart { items } ... @defer { orders { total } cart { n: items } name email } ... @defer { orders { id } } } }',
    '{ customer(id: "1") { constructor: rating ... @defer { __proto__: email id: name toString: rating } } }',
    '{ customer(id: "1") { id } ... @defer { __type(name: "Money") { name } __typename } }',
    'mutation { renameCustomer(id: "1", name: "Ada") { name ... @defer { rating } } }',
  ]) {
    const parts = await (await ask(query, accept)).rest();
    expect({ query, isLater: parts.length > 1 }).toEqual({ query, isLater: true });
    const { data, errors } = mergeParts(parts);
    expect({ query, data, errors }).toEqual({ query, ...Object(await gateway.ask(query)), errors: [] });
  }
});

test('what the client has already is not sent again in the newer format', async () => {
  const ask = await start([crm, accounting, shop]);
  const query =
    '{ customer(id: "1") { name favourite { id } ... @defer { name email favourite { id total } rating } } }';
  const [, later] = await (await ask(query)).rest();
  expect(later?.incremental).toEqual([
    { data: { email: 'ada@example.test', rating: 'GOOD' }, id: '0' },
    { data: { total: 120 }, id: '0', subPath: ['favourite'] },
  ]);
});

test.each([
  ['true', { wanted: true }, 2],
  ['false', { wanted: false }, 1],
  ['left out, and true by default', {}, 2],
])('`if` by a variable that is %s decides', async (_what, variables, count) => {
  const ask = await start([crm, accounting, shop]);
  const query =
    'query ($wanted: Boolean! = true) { customer(id: "1") { id ... @defer(if: $wanted) { rating } } }';
  const parts = await (await ask(query, V0_2, variables)).rest();
  expect([parts.length, mergeParts(parts).data]).toEqual([count, { customer: { id: '1', rating: 'GOOD' } }]);
});

test('an operation is answered whole or in parts as each client takes it', async () => {
  const ask = await start([crm, accounting, shop]);
  const counts: number[] = [];
  for (const accept of ['application/json', V0_2, 'application/json', DEFER_2022, V0_2]) {
    counts.push((await (await ask(QUERY, accept)).rest()).length);
  }
  expect(counts).toEqual([1, 2, 1, 2, 2]);
});

test('a client that hangs up stops what is still fetched, and nothing else is', async () => {
  const { slow, asked, gone } = held(accounting);
  await start([crm, slow, shop]);
  const hangUp = new AbortController();
  const query = '{ customer(id: "1") { name ... @defer { mayBuyOnAccount } } }';
  const { next } = await askInParts(gateway.url, { query, signal: hangUp.signal });
  await next();
  await asked;
  hangUp.abort();
  await gone;
  // It stops only when the request has ended.
  await running.pop()?.stop();
  expect(gateway.subgraphs.get('shop')?.received).toEqual([]);
});

test('the schema says that fragments can be deferred', async () => {
  await start([crm, accounting, shop]);
  const { data } = Object(
    await gateway.ask('{ __schema { directives { name locations args { name defaultValue } } } }'),
  );
  expect(data.__schema.directives).toContainEqual({
    name: 'defer',
    locations: ['FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
    args: [
      { name: 'label', defaultValue: null },
      { name: 'if', defaultValue: 'true' },
    ],
  });
});
