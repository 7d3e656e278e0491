/**
 * The doors of live updates under attack: what is no WebSocket and no message of the protocol, who does not say who
 * it is, pages of other sites, more than may be, and the limits of any request over every transport.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { WebSocket, type ClientOptions } from 'ws';

import { eventually } from '../kit/eventually.ts';
import { orderNews, type OrderNews } from '../kit/order-news.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';
import { upgradeRequest } from '../kit/upgrade-request.ts';

const QUERY = 'subscription { orderChanged { id } }';
const PROTOCOL = 'graphql-transport-ws';

let issuer: TokenIssuer;
let news: OrderNews;
let gateway: TestGateway;

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = orderNews();
  const identity = { issuers: [{ ...issuer.config, clockToleranceS: 0 }] };
  const server = { shutdownGraceMs: 100, ...config.server };
  gateway = await startGateway({ subgraphs: news.subgraphs, config: { identity, ...config, server } });
}

beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());

interface Opened {
  readonly socket: WebSocket;
  readonly messages: Record<string, unknown>[];
  /** Code and reason. */
  readonly closed: Promise<readonly [number, string]>;
}

/** Rejects with the status that the upgrade was answered with. */
async function open(options: ClientOptions = {}, protocol: string | undefined = PROTOCOL): Promise<Opened> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, protocol, options);
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))));
  socket.on('error', () => undefined);
  const closed = new Promise<readonly [number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, String(reason)])),
  );
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)));
      socket.terminate();
    });
  });
  return { socket, messages, closed };
}

async function ready(payload?: unknown, options: ClientOptions = {}): Promise<Opened> {
  const opened = await open(options);
  opened.socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await eventually(
    () => opened.messages.length > 0 || opened.socket.readyState !== WebSocket.OPEN,
    'an answer',
  );
  return opened;
}

function subscribe({ socket }: Opened, id: string, query = QUERY): void {
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
}

async function stillAnswers(): Promise<void> {
  expect(await gateway.ask('{ customers }')).toEqual({ data: { customers: 3 } });
}

describe('with ordinary settings', () => {
  beforeAll(() =>
    start({ subscriptions: { initTimeoutMs: 400, maxPerConnection: 2 }, server: { maxBodyBytes: 4_000 } }),
  );
  afterAll(() => gateway.stop());

  test.each([
    ['text that is no JSON', '{', 4400],
    ['JSON that is no message', '[1]', 4400],
    ['a message of no known type', '{"type":"start"}', 4400],
    ['bytes', Buffer.from('{"type":"ping"}'), 4400],
    ['an introduction that is a text', '{"type":"connection_init","payload":"Bearer of news"}', 4400],
    ['one that is a list', '{"type":"connection_init","payload":[]}', 4400],
    ['a sign of life with a number', '{"type":"ping","payload":5}', 4400],
    ['an answer to one with a number', '{"type":"pong","payload":5}', 4400],
    [
      'a subscription before it is known who asks',
      '{"id":"1","type":"subscribe","payload":{"query":"{ customers }"}}',
      4401,
    ],
    ['a message that is too large', JSON.stringify({ type: 'ping', payload: 'x'.repeat(5_000) }), 1009],
  ])('%s ends its socket and nothing else', async (_what, message, code) => {
    const other = await ready();
    const { socket, closed } = await open();
    socket.send(message);
    expect((await closed)[0]).toBe(code);
    subscribe(other, 'q', '{ customers }');
    await eventually(() => other.messages.some(({ type }) => type === 'complete'), 'the answer');
    expect(other.messages[1]).toEqual({ id: 'q', type: 'next', payload: { data: { customers: 3 } } });
    other.socket.terminate();
  });

  test.each([
    ['a subscription without an id', { type: 'subscribe', payload: { query: QUERY } }, 4400],
    ['one whose id is a book', { id: 'x'.repeat(200), type: 'subscribe', payload: { query: QUERY } }, 4400],
    ['one without a payload', { id: '1', type: 'subscribe' }, 4400],
    ['the end of one without an id', { type: 'complete' }, 4400],
    ['the end of one whose id is a number', { id: 1, type: 'complete' }, 4400],
    ['a second introduction', { type: 'connection_init' }, 4429],
  ])('%s ends its socket', async (_what, message, code) => {
    const { socket, closed } = await ready();
    const before = gateway.logged().length;
    socket.send(JSON.stringify(message));
    expect((await closed)[0]).toBe(code);
    const line = expect.objectContaining({ msg: 'connection closed', transport: 'websocket', code });
    expect(gateway.logged().slice(before)).toContainEqual(line);
    await stillAnswers();
  });

  // Among them: the length of no frame (CVE-2022-39386 and its kin), a reserved bit, an unmasked frame, a ping too long.
  test.each([
    'ffffffffffffffffffff',
    'c18000000000',
    '810568656c6c6f',
    '89fe007e00000000',
    '0180',
    '83ff7fffffffffffffff',
  ])('the bytes %s after the upgrade end their socket and nothing else', async (bytes) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    const closed = once(socket, 'close');
    socket.write(
      upgradeRequest(
        PROTOCOL,
        'sec-websocket-extensions: permessage-deflate; server_max_window_bits=4294967295',
      ),
    );
    await once(socket, 'data');
    socket.write(Buffer.from(bytes, 'hex'));
    // What might be the beginning of a frame ends with its patience.
    await closed;
    await stillAnswers();
  });

  test('who does not say who it is has to go', async () => {
    const { closed } = await open();
    expect(await closed).toEqual([4408, 'Connection initialisation timeout']);
  });

  test('who offers no protocol is told the code of the one that is spoken', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, []);
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([4406, 'Subprotocol not acceptable']);
    expect(gateway.logged()).toContainEqual(
      expect.objectContaining({ msg: 'websocket refused', errorCodes: ['BAD_REQUEST'] }),
    );
  });

  test('there is no other door', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/metrics`, PROTOCOL);
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(404);
    socket.terminate();
  });

  test('of one connection only so many operations run, and one id has one at a time', async () => {
    const opened = await ready();
    for (const id of ['1', '2', '3']) subscribe(opened, id);
    await eventually(() => opened.messages.some(({ type }) => type === 'error'), 'the refusal');
    expect(opened.messages[1]).toMatchObject({
      id: '3',
      type: 'error',
      payload: [
        {
          extensions: {
            code: 'LIMIT_EXCEEDED',
            details: { limit: 'subscriptions.maxPerConnection', value: 3, maximum: 2 },
          },
        },
      ],
    });
    subscribe(opened, '1');
    expect(await opened.closed).toEqual([4409, 'Subscriber already exists']);
    await eventually(() => news.events.listening() === 0, 'the end of both');
  });

  test.each([
    { authorization: 'TOKEN' },
    { Authorization: 'TOKEN' },
    { headers: { authorization: 'TOKEN' } },
    { headers: { Authorization: 'TOKEN' } },
  ])('a token may stand in %j', async (payload) => {
    const token = await issuer.token({ scope: 'secrets:read' });
    const opened = await ready(JSON.parse(JSON.stringify(payload).replace('TOKEN', `Bearer ${token}`)));
    subscribe(opened, '1', 'subscription { secretChanged { id } }');
    await eventually(() => news.events.listening() === 1, 'the stream');
    opened.socket.terminate();
    await eventually(() => news.events.listening() === 0, 'its end');
  });

  test.each([
    ['no token of ours', 'Bearer nonsense', 'malformed'],
    ['no text', 7, 'malformed'],
  ])('an introduction with %s is refused', async (_what, authorization, reason) => {
    const { closed } = await ready({ authorization });
    expect(await closed).toEqual([4403, `UNAUTHENTICATED: ${reason}`]);
  });

  test('two tokens are one too many', async () => {
    const [one, other] = [await issuer.token(), await issuer.token({ sub: 'berta' })];
    const headers = { authorization: `Bearer ${one}` };
    const { closed } = await ready({ authorization: `Bearer ${other}` }, { headers });
    expect(await closed).toEqual([4403, 'UNAUTHENTICATED: repeated']);
  });

  test('a page of another site gets nothing that its visitor’s browser adds', async () => {
    const headers = { origin: 'https://evil.example', authorization: `Bearer ${await issuer.token()}` };
    expect(await (await ready(undefined, { headers })).closed).toEqual([4403, 'UNAUTHENTICATED: origin']);
    const own = await ready(
      { authorization: `Bearer ${await issuer.token()}` },
      { headers: { origin: headers.origin } },
    );
    expect(own.messages).toEqual([{ type: 'connection_ack' }]);
    own.socket.terminate();
    const same = await ready(undefined, { headers: { origin: gateway.url } });
    expect(same.messages).toEqual([{ type: 'connection_ack' }]);
    same.socket.terminate();
  });

  test('clients without a token come, go and hang up as they like', async () => {
    for (let round = 0; round < 5; round += 1) {
      const opened = await Promise.all([ready(), ready(), ready()]);
      for (const each of opened) subscribe(each, '1');
      if (round % 2 === 0) await eventually(() => news.events.listening() === 3, 'the streams');
      for (const { socket } of opened) socket.terminate();
      const controller = new AbortController();
      const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
      const asked = fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: QUERY }),
        signal: controller.signal,
      });
      await pause(round);
      controller.abort();
      await asked.catch(() => undefined);
    }
    await eventually(() => news.events.listening() === 0, 'the end of all');
    await stillAnswers();
  });
});

test('more connections than may be are turned away, over both transports', async () => {
  await start({ subscriptions: { maxConnections: 1 } });
  const first = await ready();
  await expect(open()).rejects.toThrow('503');
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ query: QUERY });
  const answer = await gateway.send('/graphql', { method: 'POST', headers, body });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
  first.socket.terminate();
  await gateway.stop();
});

test('where there are no live updates, there is no door for them', async () => {
  await start({ subscriptions: { enabled: false } });
  await expect(open()).rejects.toThrow();
  const put = await gateway.send('/graphql', { method: 'PUT' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
  const asked = await gateway.ask(QUERY);
  expect(asked).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  await gateway.stop();
});
