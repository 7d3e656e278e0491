/**
 * The endpoint as an HTTP server: methods, content types, sizes, ids, probes. Whatever goes wrong is JSON with a
 * code of the table.
 */

import { createHash } from 'node:crypto';

import { requestError } from '../kit/expected-error.ts';
import { behaving, down, serve } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { sendRaw } from '../kit/send-raw.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = '{ customer(id: "1") { name } }';
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { server: { maxBodyBytes: 1000 } },
  });
});

afterAll(() => gateway.stop());

const byGet = (headers: Record<string, string> = {}) =>
  gateway.send(`/graphql?query=${encodeURIComponent(QUERY)}`, { headers });

test.each([
  ['as it is', {}],
  ['with cookies, after the browser has asked', { cookie: 'a=b', 'apollo-require-preflight': 'yes' }],
  ['with cookies and the content type of JSON', { cookie: 'a=b', 'content-type': 'application/json' }],
])('a query may also come by GET, %s', async (_how, headers) => {
  const { status, body } = await byGet(headers);
  expect([status, body]).toEqual([200, { data: { customer: { name: 'Ada Byron' } } }]);
});

test('a GET that another site could make a browser send is refused, with a sentence', async () => {
  const { status, body } = await byGet({ cookie: 'session=1' });
  const reason = expect.stringContaining('could come from another site');
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp'])(
  'a GET that claims to carry %s is refused',
  async (type) => {
    const { status, body } = await byGet({ 'content-type': type });
    expect([status, body]).toEqual([415, { errors: [requestError('UNSUPPORTED_MEDIA_TYPE')] }]);
  },
);

test('a mutation by GET is refused', async () => {
  const query = 'mutation { renameCustomer(id: "1", name: "A") { name } }';
  const { status, headers, body } = await gateway.send(`/graphql?query=${encodeURIComponent(query)}`, {
    headers: JSON_TYPE,
  });
  expect([status, headers.get('allow'), body]).toEqual([
    405,
    'POST',
    { errors: [requestError('METHOD_NOT_ALLOWED')] },
  ]);
});

test.each(['PATCH', 'OPTIONS', 'QUERY', 'PROPFIND'])('%s is not a method of the endpoint', async (method) => {
  const { status, headers, body } = await gateway.send('/graphql', { method });
  expect([status, headers.get('allow'), body]).toEqual([
    405,
    'GET, POST, PUT, DELETE',
    { errors: [requestError('METHOD_NOT_ALLOWED')] },
  ]);
});

test.each([
  ['another content type', 'text/plain'],
  ['another charset', 'application/json; charset=utf-7'],
])('%s is not read', async (_what, type) => {
  const init = { method: 'POST', headers: { 'content-type': type }, body: '{}' };
  const { status, body } = await gateway.send('/graphql', init);
  expect([status, body]).toEqual([415, { errors: [requestError('UNSUPPORTED_MEDIA_TYPE')] }]);
});

test('a body over the limit is refused', async () => {
  const query = `${QUERY} #${'x'.repeat(1000)}`;
  const { length } = JSON.stringify({ query });
  const details = { limit: 'server.maxBodyBytes', value: length, maximum: 1000 };
  const { status, body } = await gateway.send('/graphql', postOf(query));
  expect([status, body]).toEqual([413, { errors: [requestError('PAYLOAD_TOO_LARGE', { details })] }]);
});

test.each([
  ['JSON that breaks off', '{"query": "{', 'The body must be JSON.'],
  ['nothing', '', 'The body is empty.'],
  ['a key of any prototype', '{"query":"{__typename}","__proto__":{}}', 'No parameter is called __proto__.'],
])('%s is a bad request, which says why', async (_what, text, reason) => {
  const init = { method: 'POST', headers: JSON_TYPE, body: text };
  const { status, headers, body } = await gateway.send('/graphql', init);
  // Once the body has come whole, the connection is as good as it was.
  expect(headers.get('connection')).toBe('keep-alive');
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
});

test('a path that cannot be decoded is a bad request', async () => {
  const { status, headers, body } = await gateway.send('/%E0%A4%A', {});
  expect([status, headers.get('x-request-id'), body]).toEqual([
    400,
    expect.any(String),
    { errors: [requestError('BAD_REQUEST')] },
  ]);
});

test.each([
  [
    'headers over the limit',
    'x'.repeat(20_000),
    431,
    requestError('PAYLOAD_TOO_LARGE', {
      details: { limit: 'bytes of the head', value: 16_385, maximum: 16_384 },
    }),
  ],
  ['what is not HTTP', 'a\0b', 400, requestError('BAD_REQUEST')],
] as const)('%s get an error like any other', async (_what, value, status, error) => {
  const answer = await sendRaw(gateway.url, `GET /live HTTP/1.1\r\nHost: x\r\nX-Any: ${value}\r\n\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect([head.split('\r\n')[0], JSON.parse(body)]).toEqual([
    expect.stringContaining(`HTTP/1.1 ${status} `),
    { errors: [error] },
  ]);
});

test('another path does not exist', async () => {
  const { status, body } = await gateway.send('/admin', {});
  expect([status, body]).toEqual([404, { errors: [requestError('NOT_FOUND')] }]);
});

test('the client’s request id comes back in the header, in errors, in the log and at subgraphs', async () => {
  const answer = await gateway.send(
    '/graphql',
    postOf('{ crash }', { headers: { 'x-request-id': 'order-page.42' } }),
  );
  expect(answer.headers.get('x-request-id')).toBe('order-page.42');
  expect(answer.body).toMatchObject({ errors: [{ extensions: { requestId: 'order-page.42' } }] });
  expect(gateway.subgraphs.get('crm')?.received.at(-1)?.headers['x-request-id']).toBe('order-page.42');
  const lines = gateway.logged().filter(({ requestId }) => requestId === 'order-page.42');
  expect(lines.map(({ msg }) => msg)).toEqual(['subgraph answered with errors', 'request ended']);
});

test.each(['short', 'with space in it', 'x'.repeat(65)])(
  'a request id like "%s" is replaced',
  async (sent) => {
    const answer = await gateway.send('/graphql', postOf(QUERY, { headers: { 'x-request-id': sent } }));
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  },
);

test('one line tells the end of a request, and nothing that was in it', async () => {
  const query = 'query Who($id: ID!) { customer(id: $id) { name } }';
  const headers = { cookie: 'session=canary', 'x-request-id': 'log-line-1' };
  await gateway.ask(query, { variables: { id: 'canary' }, token: 'canary', headers });
  const lines = gateway.logged().filter(({ requestId }) => requestId === 'log-line-1');
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      requestId: 'log-line-1',
      method: 'POST',
      path: '/graphql',
      operationName: 'Who',
      operationType: 'query',
      operationHash: createHash('sha256').update(query).digest('hex'),
      cost: 1,
      way: 'long',
      prepared: false,
      status: 200,
      bytes: 27,
      durationMs: expect.any(Number),
      timings: {
        readMs: expect.any(Number),
        parseMs: expect.any(Number),
        planMs: expect.any(Number),
        executeMs: expect.any(Number),
        writeMs: expect.any(Number),
      },
      subgraphs: { crm: { calls: 1, ms: expect.any(Number) } },
      errorCodes: [],
      msg: 'request ended',
    },
  ]);
  expect(JSON.stringify(gateway.logged())).not.toContain('canary');
});

test('neither the engine’s plan nor a stack is given to whoever asks for it', async () => {
  const headers = {
    'apollo-query-plan-experimental': '1',
    'apollo-query-plan-experimental-format': 'internal',
  };
  expect(await gateway.ask(QUERY, { headers })).toEqual({ data: { customer: { name: 'Ada Byron' } } });
});

const CLOSED = { crm: 'closed', accounting: 'closed', shop: 'closed' };
const SERVED = { hash: expect.stringMatching(/^[0-9a-f]{16}$/), servedSince: expect.any(String) };

describe('probes', () => {
  test('the gateway lives, and is ready while every subgraph answers', async () => {
    const [live, ready] = [await gateway.send('/live', {}), await gateway.send('/ready', {})];
    expect([live.status, live.body, ready.status, ready.body]).toEqual([
      200,
      { status: 'alive' },
      200,
      { status: 'ready', circuits: CLOSED, supergraph: SERVED },
    ]);
  });

  test('while a subgraph is down it serves what it can, and names what is missing', async () => {
    const company = await startGateway({ subgraphs: [crm, down(accounting), shop] });
    const [live, ready] = [await company.send('/live', {}), await company.send('/ready', {})];
    await company.stop();
    expect([live.status, ready.status, ready.body]).toEqual([
      200,
      200,
      {
        status: 'degraded',
        failures: [{ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'accounting' }],
        circuits: CLOSED,
        supergraph: SERVED,
      },
    ]);
  });

  test('it is not ready while nothing answers, or, where all is demanded, while anything does not', async () => {
    const all = { readiness: { minimum: 'all' as const } };
    const [dead, strict] = await Promise.all([
      startGateway({ subgraphs: [crm, accounting, shop].map(down) }),
      startGateway({ subgraphs: [crm, down(accounting), shop], config: all }),
    ]);
    const answers = [await dead.send('/ready', {}), await strict.send('/ready', {})];
    await Promise.all([dead.stop(), strict.stop()]);
    const failed = (subgraph: string) => ({ code: 'SUBGRAPH_UNAVAILABLE', subgraph });
    expect(answers.map(({ status, body }) => [status, body])).toMatchObject([
      [503, { status: 'not ready', failures: ['accounting', 'crm', 'shop'].map(failed) }],
      [503, { status: 'not ready', failures: [failed('accounting')] }],
    ]);
  });

  test('many probes at once ask each subgraph once', async () => {
    const company = await startGateway({ subgraphs: [crm, accounting, shop] });
    await Promise.all(Array.from({ length: 20 }, () => company.send('/ready', {})));
    const counts = [...company.subgraphs.values()].map(({ received }) => received.length);
    await company.stop();
    expect(counts).toEqual([1, 1, 1]);
  });

  test('a configured operation decides alone: a subgraph that it does not need may be down', async () => {
    const operation = '{ customer(id: "1") { name receivable { amount } } }';
    const config = { readiness: { operation, minimum: 'all' as const } };
    const [fine, broken] = await Promise.all([
      startGateway({ subgraphs: [crm, accounting, down(shop)], config }),
      startGateway({ subgraphs: [crm, down(accounting), shop], config }),
    ]);
    const [ready, notReady] = [await fine.send('/ready', {}), await broken.send('/ready', {})];
    await Promise.all([fine.stop(), broken.stop()]);
    expect([ready.status, notReady.status, notReady.body]).toEqual([
      200,
      503,
      {
        status: 'not ready',
        failures: [{ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'accounting' }],
        circuits: CLOSED,
        supergraph: SERVED,
      },
    ]);
  });
});

test('when the client hangs up, the call to the subgraph is given up', async () => {
  let gaveUp: () => void = () => undefined;
  const givenUp = new Promise<void>((resolve) => (gaveUp = resolve));
  const client = new AbortController();
  const silent = behaving(crm, (_answer, response) => {
    response.once('close', gaveUp);
    client.abort();
  });
  const company = await startGateway({ subgraphs: [silent, accounting, shop] });
  const asked = fetch(`${company.url}/graphql`, { ...postOf(QUERY), signal: client.signal });
  await expect(asked).rejects.toThrow('This operation was aborted');
  await givenUp;
  await company.stop();
});

test('an override sends calls to another address than the supergraph names', async () => {
  const elsewhere = await serve(crm);
  const config = { subgraphs: { overrides: { crm: { url: elsewhere.url } } } };
  const company = await startGateway({ subgraphs: [down(crm), accounting, shop], config });
  const answer = await company.ask(QUERY);
  await Promise.all([company.stop(), elsewhere.stop()]);
  expect(answer).toEqual({ data: { customer: { name: 'Ada Byron' } } });
});
