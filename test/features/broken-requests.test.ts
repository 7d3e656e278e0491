/**
 * What is no request that could be answered, or breaks off on its way: who sent it reads why, as JSON with a code, pages
 * of other origins too; it is counted and stands in the log once, under the id that was answered.
 */

import { once } from 'node:events';
import { connect } from 'node:net';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { eventually } from '../kit/eventually.ts';
import { orderNews, type OrderNews } from '../kit/order-news.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { sendRaw } from '../kit/send-raw.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { upgradeRequest } from '../kit/upgrade-request.ts';

const SHOP = 'https://shop.example';
const OTHER = 'https://other.example';

let news: OrderNews;
let gateway: TestGateway;

async function start(origins: string[] = [SHOP, OTHER]): Promise<void> {
  news = orderNews();
  const server = { cors: { origins }, receiveTimeoutMs: 300, shutdownGraceMs: 100 };
  gateway = await startGateway({ subgraphs: news.subgraphs, config: { server } });
}

afterEach(() => gateway.stop());

interface Answered {
  readonly status: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly code: string;
  readonly requestId: string;
}

function read(answer: string): Answered {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.split(': ')[0]!.toLowerCase(), line.split(': ')[1]!]));
  const { code, requestId } = JSON.parse(body).errors[0].extensions;
  return { status: first.split(' ')[1]!, headers, code, requestId };
}

const head = (first: string, ...lines: readonly string[]) =>
  [first, `origin: ${SHOP}`, ...lines, '', ''].join('\r\n');
const POST = 'POST /graphql HTTP/1.1';
const UPGRADE = ['host: x', 'connection: upgrade', 'upgrade: websocket'];
const CLOSE = 'connection: close';
const JSON_TYPE = 'content-type: application/json';

async function counted(): Promise<readonly string[]> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  return page.split('\n').filter((line) => /^tributary_(?:requests|errors)_total\{/.test(line));
}

test.each([
  [
    'a head over the limit',
    head(POST, 'host: x', `x-any: ${'x'.repeat(20_000)}`),
    '431',
    'PAYLOAD_TOO_LARGE',
  ],
  ['no HTTP at all', head('BREW /graphql HTTP/1.1', 'host: x'), '400', 'BAD_REQUEST'],
  ['a head that never ends', `${POST}\r\norigin: ${SHOP}\r\n`, '408', 'BAD_REQUEST'],
  ['a body that never ends', head(POST, 'host: x', JSON_TYPE, 'content-length: 9'), '408', 'BAD_REQUEST'],
  [
    'a body in chunks that are none',
    `${head(POST, 'host: x', JSON_TYPE, 'transfer-encoding: chunked')}zz\r\n{}\r\n`,
    '400',
    'BAD_REQUEST',
  ],
  [
    'a body in a coding that is not read',
    `${head(POST, 'host: x', JSON_TYPE, CLOSE, 'transfer-encoding: gzip, chunked')}0\r\n\r\n`,
    '501',
    'UNSUPPORTED_TRANSFER_CODING',
  ],
  [
    'one that stands in a header of its own',
    `${head(POST, 'host: x', JSON_TYPE, CLOSE, 'transfer-encoding: x', 'transfer-encoding: chunked')}0\r\n\r\n`,
    '501',
    'UNSUPPORTED_TRANSFER_CODING',
  ],
  ['a request without a host', head(POST, JSON_TYPE, CLOSE, 'content-length: 0'), '400', 'BAD_REQUEST'],
  ['a path that cannot be decoded', head('GET /%E0%A4%A HTTP/1.1', 'host: x', CLOSE), '400', 'BAD_REQUEST'],
  ['a tunnel', head('CONNECT a:1 HTTP/1.1', 'host: x'), '405', 'METHOD_NOT_ALLOWED'],
  ['half a preflight', head('OPTIONS /graphql HTTP/1.1', 'host: x', CLOSE), '400', 'BAD_REQUEST'],
  ['half a WebSocket', head('GET /graphql HTTP/1.1', ...UPGRADE), '400', 'BAD_REQUEST'],
])('%s is refused with a code, counted once, and found in the log', async (_what, text, status, code) => {
  await start();
  const answer = read(await sendRaw(gateway.url, text));
  expect([answer.status, answer.code, answer.headers.get('content-type')]).toEqual([
    status,
    code,
    'application/json; charset=utf-8',
  ]);
  expect(answer.headers.get('x-request-id')).toBe(answer.requestId);
  const lines = () => gateway.logged().filter(({ requestId }) => requestId === answer.requestId);
  await eventually(() => lines().length > 0, 'the line');
  // What had begun to be a request is told at its end as well.
  for (const line of lines()) expect(line).toMatchObject({ status: Number(status), errorCodes: [code] });
  expect(await isTrueWithin(async () => (await counted()).length > 0, PATIENCE_MS)).toBe(true);
  expect(await counted()).toEqual([
    `tributary_requests_total{type="none",status="${status}"} 1`,
    `tributary_errors_total{code="${code}",owner="client"} 1`,
  ]);
});

test('what a client expects that nobody knows is as if it had not said so', async () => {
  await start();
  const body = '{"query":"{ customers }"}';
  const answer = await sendRaw(
    gateway.url,
    head(POST, 'host: x', JSON_TYPE, 'expect: cake', CLOSE, `content-length: ${body.length}`) + body,
  );
  expect(answer).toContain('{"data":{"customers":3}}');
});

test('who announces a body that is too large need not send it', async () => {
  await start();
  const length = 'content-length: 9999999';
  const answer = await sendRaw(gateway.url, head(POST, 'host: x', JSON_TYPE, 'expect: 100-continue', length));
  expect(read(answer).status).toBe('413');
});

test('who sends to where nothing is hears so before it has sent all, and may ask on when it has', async () => {
  await start();
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const heard = async () => String(await once(socket, 'data'));
  socket.write(head('POST /nothing HTTP/1.1', 'host: x', JSON_TYPE, 'content-length: 9'));
  expect(read(await heard())).toMatchObject({ status: '404', code: 'NOT_FOUND' });
  socket.write(`{"query":${head('GET /live HTTP/1.1', 'host: x')}`);
  expect(await heard()).toContain('{"status":"alive"}');
  socket.destroy();
});

test('who is refused before it has sent all, and hangs up then, is counted once', async () => {
  await start();
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(head(POST, 'host: x', 'content-type: text/plain', 'content-length: 9'));
  await once(socket, 'data');
  socket.end();
  await once(socket, 'close');
  await eventually(() => gateway.logged().some(({ status }) => status === 415), 'the line');
  expect(await counted()).toEqual([
    'tributary_requests_total{type="none",status="415"} 1',
    'tributary_errors_total{code="UNSUPPORTED_MEDIA_TYPE",owner="client"} 1',
  ]);
});

const LARGE = `x-any: ${'x'.repeat(20_000)}`;

test.each([
  ['where several origins may call, the one that does', [SHOP, OTHER], `origin: ${SHOP}`, SHOP],
  ['not another', [SHOP, OTHER], 'origin: https://nobody.example', undefined],
  ['where one may call, that one', [SHOP], 'x-other: x', SHOP],
  ['where every page may', ['*'], 'x-other: x', '*'],
])('a page reads that its head is too large: %s', async (_what, origins, line, allowed) => {
  await start(origins);
  const { headers } = read(await sendRaw(gateway.url, [POST, line, LARGE, '', ''].join('\r\n')));
  expect(headers.get('access-control-allow-origin')).toBe(allowed);
});

test('a page reads that its path is none, and that its body took too long', async () => {
  await start();
  for (const text of [
    head('GET /%E0%A4%A HTTP/1.1', 'host: x', CLOSE),
    head(POST, 'host: x', JSON_TYPE, 'content-length: 9'),
  ]) {
    const { headers } = read(await sendRaw(gateway.url, text));
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
  }
});

test('who goes on sending a head without an end reads why it is refused', async () => {
  await start();
  const text = [POST, 'host: x', ...Array.from({ length: 300 }, () => LARGE), '', ''].join('\r\n');
  expect(read(await sendRaw(gateway.url, text)).status).toBe('431');
});

test('in the middle of an answer nothing else is said', async () => {
  await start();
  const query = encodeURIComponent('subscription { orderChanged { id } }');
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.write(head(`GET /graphql?query=${query} HTTP/1.1`, 'host: x', 'accept: text/event-stream'));
  await eventually(() => heard.includes('\r\n\r\n'), 'the stream');
  socket.write('\0\r\n\r\n');
  await once(socket, 'close');
  expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
});

test('another protocol over a WebSocket is not agreed to, and whoever stays nevertheless is sent away', async () => {
  await start();
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
  socket.write(upgradeRequest('graphql-ws'));
  await once(socket, 'close');
  expect(heard).not.toMatch(/sec-websocket-protocol/i);
  expect(heard).toMatch(/^HTTP\/1\.1 101 [^]*\x11\x36Subprotocol not acceptable$/);
});
