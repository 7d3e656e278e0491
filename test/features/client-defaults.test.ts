/**
 * What clients send by themselves, whoever uses them: none of it may be taken for something else.
 */

import { once } from 'node:events';

import { ApolloClient, InMemoryCache } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { parse } from 'graphql';
import { WebSocket } from 'ws';

import { requestError } from '../kit/expected-error.ts';
import { sendRaw } from '../kit/send-raw.ts';
import { crm } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

const ADA = { data: { customer: { name: 'Ada Byron' } } };
const QUERY = '{ customer(id: "1") { name } }';

let gateway: TestGateway;
beforeAll(async () => (gateway = await startGateway({ subgraphs: [crm] })));
afterAll(() => gateway.stop());

test.each([[{}], [{ subscriptions: { enabled: false } }]])(
  'a client that offers HTTP/2 is answered by the HTTP that it has begun with (%j)',
  async (config) => {
    const asked = await startGateway({ subgraphs: [crm], config });
    const body = JSON.stringify({ query: QUERY });
    // curl --http2, and java.net.http.HttpClient by itself.
    const answer = await sendRaw(
      asked.url,
      [
        'POST /graphql HTTP/1.1',
        'host: gateway',
        'connection: Upgrade, HTTP2-Settings, close',
        'upgrade: h2c',
        'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA',
        'content-type: application/json',
        `content-length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    await asked.stop();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(ADA);
  },
);

const GET = `/graphql?query=${encodeURIComponent(QUERY)}`;

test.each(['same-origin', 'none'])(
  'a GET with cookies that comes from no other site (%s) needs no special header',
  async (site) => {
    // urql's way with queries, on a page that has any cookie at all.
    const headers = { cookie: 'consent=1', 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' };
    const { status, body } = await gateway.send(GET, { headers });
    expect([status, body]).toEqual([200, ADA]);
  },
);

test.each(['cross-site', 'same-site'])('one that comes from another site (%s) does', async (site) => {
  const { status, body } = await gateway.send(GET, {
    headers: { cookie: 'consent=1', 'sec-fetch-site': site },
  });
  const reason = expect.stringContaining('could come from another site');
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
});

test('an origin that is configured as a URL with a slash is the one that browsers name', async () => {
  const cors = { origins: ['https://shop.example/'] };
  const asked = await startGateway({ subgraphs: [crm], config: { server: { cors } } });
  const { headers } = await asked.send(GET, { headers: { origin: 'https://shop.example' } });
  await asked.stop();
  expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
});

test('nor does one of a page whose origin may call and send cookies along', async () => {
  const origin = 'https://shop.example';
  const cors = { origins: [origin], credentials: true };
  const asked = await startGateway({ subgraphs: [crm], config: { server: { cors } } });
  const statusFor = async (of: string) => {
    const headers = { cookie: 'consent=1', origin: of, 'sec-fetch-site': 'cross-site' };
    return (await asked.send(GET, { headers })).status;
  };
  const statuses = [await statusFor(origin), await statusFor('https://evil.example')];
  await asked.stop();
  expect(statuses).toEqual([200, 400]);
});

test.each([
  // Apollo Client, also where it subscribes, and urql.
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
  [
    'multipart/mixed;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
    'application/graphql-response+json',
  ],
  ['application/json, application/graphql-response+json', 'application/json'],
  ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
  ['*/*', 'application/json'],
  ['text/event-stream', 'application/json'],
])('who is refused before anything is read is told in the type that it reads: %s', async (accept, type) => {
  const { status, headers, body } = await gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'text/plain', accept },
    body: JSON.stringify({ query: QUERY }),
  });
  expect([status, headers.get('content-type'), body]).toEqual([
    415,
    `${type}; charset=utf-8`,
    { errors: [requestError('UNSUPPORTED_MEDIA_TYPE')] },
  ]);
});

describe('a link of Apollo Client that', () => {
  const accept = 'application/graphql-response+json,application/json;q=0.9';

  test('sends lists is told by the status that there are none', async () => {
    const link = new BatchHttpLink({ uri: `${gateway.url}/graphql` });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const asked = [1, 2].map((id) => client.query({ query: parse(`{ customer(id: "${id}") { name } }`) }));
    const refusal = { status: 'rejected', reason: expect.objectContaining({ statusCode: 400 }) };
    expect(await Promise.allSettled(asked)).toEqual([refusal, refusal]);
  });

  test('tries again does so where there is too much to do', async () => {
    const config = { rateLimits: { address: { requests: { limit: 1 } } } };
    const limited = await startGateway({ subgraphs: [crm], config });
    const post = () =>
      fetch(`${limited.url}/graphql`, {
        ...postOf(QUERY),
        headers: { 'content-type': 'application/json', accept },
      });
    await post();
    const { status, headers } = await post();
    await limited.stop();
    // Such a link knows no answer of GraphQL by which it should.
    expect([status, headers.get('content-type')]).toEqual([429, 'application/json; charset=utf-8']);
  });
});

test.each([
  'text/event-stream',
  'multipart/mixed;subscriptionSpec=1.0',
  'multipart/mixed;incrementalSpec=v0.2',
])('proxies are told neither to collect nor to compress what comes piece by piece: %s', async (accept) => {
  const query = '{ customer(id: "1") { id ... @defer { name } } }';
  const question = accept.includes('incremental') ? query : QUERY;
  const response = await fetch(`${gateway.url}/graphql`, {
    ...postOf(question),
    headers: { 'content-type': 'application/json', accept },
  });
  expect(response.headers.get('content-type')).toContain(accept.split(';')[0]);
  expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  await response.body?.cancel();
});

test('a slash that a client puts behind the path changes nothing', async () => {
  const posted = await gateway.send('/graphql/', postOf(QUERY));
  const got = await gateway.send(`/graphql/?query=${encodeURIComponent(QUERY)}`, {});
  expect([posted.body, got.body]).toEqual([ADA, ADA]);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql/`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.terminate();
});

test.each(['/live', '/ready', '/metrics', '/'])(
  'who asks by HEAD, as wget --spider and many monitors do, is answered: %s',
  async (path) => {
    const headers = { accept: 'text/html, */*' };
    const get = await fetch(`${gateway.url}${path}`, { headers });
    const head = await fetch(`${gateway.url}${path}`, { method: 'HEAD', headers });
    const type = get.headers.get('content-type');
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, type, '']);
    expect(get.status).toBe(200);
  },
);
