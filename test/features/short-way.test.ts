/**
 * An operation that was answered before takes a short way around the server library: same bytes, same headers, same
 * status, and the same line in the log.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { behaving, honest } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';

let gateway: TestGateway;
beforeAll(async () => {
  const failing = behaving(accounting, (_answer, response) => response.writeHead(503).end());
  gateway = await startGateway({ subgraphs: [crm, failing, shop] });
});
afterAll(() => gateway?.stop());

const REQUEST_ID = 'short-way-test';

test.each<[string, unknown, Record<string, string>?]>([
  ['a plain query', { query: '{ customer(id: "1") { name } }' }],
  ['a query over two systems', { query: '{ customer(id: "1") { name orders { id } } }' }],
  ['failures', { query: '{ customer(id: "1") { name receivable { amount } } }' }],
  [
    'an operation by name',
    { query: 'query A { customer(id: "1") { name } } query B { __typename }', operationName: 'B' },
  ],
  ['variables', { query: 'query ($id: ID!) { customer(id: $id) { name } }', variables: { id: '1' } }],
  ['null for all that may be left out', { query: '{ __typename }', operationName: null, variables: null }],
  ['introspection', { query: '{ __type(name: "Customer") { name fields { name } } }' }],
  ['hostile aliases', { query: '{ __proto__: customer(id: "1") { constructor: name toString: name } }' }],
  [
    'an Accept header',
    { query: '{ customer(id: "1") { id } }' },
    { accept: 'application/graphql-response+json' },
  ],
  [
    'a variable that does not fit',
    { query: 'query ($id: ID!) { customer(id: $id) { name } }', variables: { id: {} } },
  ],
  ['a mistake in the query', { query: '{ customer(id: "1") { nome } }' }],
])('%s', async (_what, body, headers = {}) => {
  const first = await send(body, headers);
  const again = await send(body, headers);
  expect(again).toEqual(first);
  const [, , ...lines] = gateway
    .logged()
    .filter(({ msg }) => msg === 'request ended')
    .slice(-4);
  const [one, other] = lines.map(withoutWay);
  expect(other).toEqual(one);
});

test.each([
  [
    'a name that begins the text',
    { query: 'B { __typename }', operationName: 'B query' },
    { query: 'query B { __typename }', operationName: 'B' },
  ],
  ['a text that begins like a name', { query: '1:B{ __typename }' }, { query: '{ __typename }' }],
])('%s is refused, whatever was answered before', async (_what, asked, answered) => {
  const statuses: number[] = [];
  for (const body of [asked, answered, answered, asked])
    statuses.push((await gateway.send('/graphql', postOf(body, {}))).status);
  expect(statuses).toEqual([400, 200, 200, 400]);
});

test('who has used up what may be asked hears it in the same words and headers', async () => {
  const config = { rateLimits: { address: { cost: { limit: 3 } } } };
  const limited = await startGateway({ subgraphs: [crm, accounting, shop], config });
  try {
    const accept = { accept: 'application/graphql-response+json' };
    const query = '{ customer(id: "1") { name } }';
    let short = await send({ query }, accept, limited);
    for (let asked = 1; short.status === 200; asked += 1) {
      expect(asked).toBeLessThan(9);
      short = await send({ query }, accept, limited);
    }
    const long = await send({ query: `${query} ` }, accept, limited);
    expect([short.status, short.headers['content-type']]).toEqual([429, long.headers['content-type']]);
    expect(Object.keys(short.headers).sort()).toEqual(Object.keys(long.headers).sort());
    const [one, other] = [short, long].map(({ text }) => text.replace(/"retryAfterMs":\d+/, ''));
    expect(one).toBe(other);
  } finally {
    await limited.stop();
  }
});

test('what was asked with other variables before is answered with its own', async () => {
  const query = 'query ($id: ID!) { customer(id: $id) { id } }';
  for (const id of ['1', '2', '1']) {
    const { body } = await gateway.send('/graphql', postOf({ query, variables: { id } }, {}));
    expect(body).toMatchObject({ data: { customer: { id } } });
  }
});

test('a large answer that one subgraph gives is the same on both ways', async () => {
  const words = Array.from({ length: 30_000 }, (_, index) => `word ${index}`);
  const wordy = honest('words', 'type Query { words: [String!]! }', { Query: { words: () => words } });
  const large = await startGateway({ subgraphs: [wordy] });
  try {
    const first = await send({ query: '{ words }' }, {}, large);
    expect(await send({ query: '{ words }' }, {}, large)).toEqual(first);
    expect(JSON.parse(first.text)).toEqual({ data: { words } });
  } finally {
    await large.stop();
  }
});

/** How it was answered is what may differ, and how often a system that is down was asked. */
function withoutWay(line: Record<string, unknown>): Record<string, unknown> {
  const { time: _time, durationMs: _duration, timings: _timings, way: _way, ...others } = line;
  const { prepared: _prepared, subgraphs, ...told } = others;
  return { ...told, called: Object.keys(subgraphs ?? {}) };
}

async function send(body: unknown, headers: Record<string, string>, { url } = gateway) {
  const response = await fetch(`${url}/graphql`, postOf(body, headers));
  const { date: _, ...others } = Object.fromEntries(response.headers);
  return { status: response.status, headers: others, text: await response.text() };
}

function postOf(body: unknown, headers: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': REQUEST_ID, ...headers },
    body: JSON.stringify(body),
  };
}
