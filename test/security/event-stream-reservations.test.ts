/**
 * One event stream for all operations: only who reserved it uses it, one reader at a time, and what is not opened in
 * time is forgotten.
 */

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { eventually } from '../kit/eventually.ts';
import { orderNews } from '../kit/order-news.ts';
import { startGateway, type HttpAnswer, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const HEADER = 'x-graphql-event-stream-token';
const QUERY = 'subscription { orderChanged { id } }';
const news = orderNews();

let issuer: TokenIssuer;
let gateway: TestGateway;
let anna: string;
beforeAll(async () => {
  issuer = await createTokenIssuer();
  anna = await issuer.token();
  gateway = await startGateway({
    subgraphs: news.subgraphs,
    config: {
      identity: { issuers: [issuer.config] },
      subscriptions: { initTimeoutMs: 500, maxPerConnection: 2, maxQueuedEvents: 8 },
      server: { shutdownGraceMs: 100 },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  issuer.stop();
});

async function reserve(token = anna): Promise<string> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(201);
  return response.text();
}

function openStream(reservation: string, signal?: AbortSignal): Promise<Response> {
  const headers = { accept: 'text/event-stream', [HEADER]: reservation };
  return fetch(`${gateway.url}/graphql`, { headers, ...(signal === undefined ? {} : { signal }) });
}

function operate(reservation: string, operationId: unknown, token = anna): Promise<HttpAnswer> {
  return gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, [HEADER]: reservation },
    body: JSON.stringify({ query: QUERY, extensions: { operationId } }),
  });
}

const codeOf = ({ status, body }: HttpAnswer) => [
  status,
  // Reason for the cast: what is refused has errors, and the test fails where it has none.
  (body as { errors: { extensions: { code: string } }[] } | undefined)?.errors[0]?.extensions.code,
];

test('operations come on the stream that was reserved, until they are ended or the stream is', async () => {
  const reservation = await reserve();
  const leaving = new AbortController();
  const stream = await openStream(reservation, leaving.signal);
  expect(codeOf(await operate(reservation, 'one'))).toEqual([202, undefined]);
  expect(codeOf(await operate(reservation, 'one'))).toEqual([409, 'STATE_CONFLICT']);
  expect(codeOf(await operate(reservation, 'two'))).toEqual([202, undefined]);
  expect(codeOf(await operate(reservation, 'three'))).toEqual([400, 'LIMIT_EXCEEDED']);
  await eventually(() => news.events.listening() === 2, 'both streams');
  const gone = await gateway.send(`/graphql?operationId=one`, {
    method: 'DELETE',
    headers: { [HEADER]: reservation },
  });
  expect(gone.status).toBe(200);
  await eventually(() => news.events.listening() === 1, 'the end of one');
  news.events.publish('o1');
  const reader = stream.body!.getReader();
  let text = '';
  while (!text.includes('"payload"')) text += new TextDecoder().decode((await reader.read()).value);
  expect(text).toContain(
    'event: next\ndata: {"id":"two","payload":{"data":{"orderChanged":{"id":"o1"}}}}\n\n',
  );
  leaving.abort();
  await eventually(() => news.events.listening() === 0, 'the end of both');
  expect(codeOf(await operate(reservation, 'four'))).toEqual([404, 'NOT_FOUND']);
});

test('nobody else’s operations come on it, and it has one reader', async () => {
  const reservation = await reserve();
  const stream = await openStream(reservation);
  const other = await openStream(reservation);
  expect(codeOf({ status: other.status, headers: other.headers, body: await other.json() })).toEqual([
    409,
    'STATE_CONFLICT',
  ]);
  const berta = await issuer.token({ sub: 'berta' });
  expect(codeOf(await operate(reservation, 'one', berta))).toEqual([404, 'NOT_FOUND']);
  expect(codeOf(await operate(reservation, 7))).toEqual([400, 'BAD_REQUEST']);
  // Held until here: a stream that nobody holds is hung up on by the garbage collector.
  await stream.body?.cancel();
});

test('one that begins under the id of another whose last words still wait ends with the stream, too', async () => {
  const reservation = await reserve();
  const headers = { accept: 'text/event-stream', [HEADER]: reservation };
  const asked = get(`${gateway.url}/graphql`, { headers });
  // Reason for the cast: that is what a request gives by that name.
  const [stream] = (await once(asked, 'response')) as [IncomingMessage];
  expect(codeOf(await operate(reservation, 'one'))).toEqual([202, undefined]);
  await eventually(() => news.events.listening() === 1, 'the stream');
  const ended = () =>
    gateway.logged().flatMap(({ msg, reason }) => (msg === 'subscription ended' ? reason : []));
  const before = ended().length;
  // More than the connection holds, and nobody reads.
  for (let count = 0; count < 40; count += 1) news.events.publish(`o${'1'.repeat(500_000)}`);
  await eventually(() => ended().includes('slow'), 'the end of the first');
  expect(codeOf(await operate(reservation, 'one'))).toEqual([202, undefined]);
  let end = '';
  stream.on('data', (chunk: Buffer) => (end = (end + chunk.toString()).slice(-1_000)));
  await eventually(() => end.includes('event: complete'), 'its last words');
  stream.destroy();
  await eventually(() => ended().length > before + 1, 'the end of the second');
  expect(ended().slice(before)).toEqual(['slow', 'left']);
});

test('what is not there is not found, and a reservation that nobody opens is forgotten', async () => {
  expect(codeOf(await operate('guessed', 'one'))).toEqual([404, 'NOT_FOUND']);
  const none = await gateway.send('/graphql?operationId=one', { method: 'DELETE' });
  expect(codeOf(none)).toEqual([404, 'NOT_FOUND']);
  const reservation = await reserve();
  expect(codeOf(await operate(reservation, 'one'))).toEqual([202, undefined]);
  await eventually(() => news.events.listening() === 1, 'the stream');
  await eventually(() => news.events.listening() === 0, 'its end');
  expect(codeOf(await operate(reservation, 'two'))).toEqual([404, 'NOT_FOUND']);
});

test('a parameter called token may be anybody’s', async () => {
  const { status } = await gateway.send('/graphql?token=mine&query={customers}', {
    headers: { accept: 'application/json' },
  });
  expect(status).toBe(200);
});
