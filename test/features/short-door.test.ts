/**
 * Operations that are known are answered before the web framework where a request says its length, and through it where
 * it comes in chunks: nobody can tell the difference. What is out of the ordinary is told as the framework tells it.
 */

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';

import { behaving } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const QUERY = '{ customer(id: "1") { name orders { id } } }';
const FAILING = '{ customer(id: "1") { name receivable { amount } } }';
/** Long names make a long answer. */
const WIDE = `{ ${Array.from({ length: 40 }, (_, index) => `${'long'.repeat(20)}${index}: customer(id: "1") { name }`).join(' ')} }`;

const PLACES = 4;

let gateway: TestGateway;
let issuer: TokenIssuer;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  const failing = behaving(accounting, (_answer, response) => response.writeHead(503).end());
  gateway = await startGateway({
    subgraphs: [crm, failing, shop],
    config: {
      identity: { issuers: [issuer.config] },
      server: { maxBodyBytes: 10_000, maxRequests: PLACES, maxWaiting: 0 },
      rateLimits: { address: { requests: { limit: 1_000 } } },
    },
  });
  // From now on they are known, and so is the type of answers.
  for (const query of [QUERY, FAILING, WIDE]) await send(asked(query), {}, 'with its length');
});

afterAll(async () => {
  await gateway.stop();
  issuer.stop();
});

type Framing = 'with its length' | 'in chunks';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

const asked = (query: unknown, more = {}) => JSON.stringify({ query, ...more });

/** Over a connection of its own. */
async function send(body: string | Buffer, headers: OutgoingHttpHeaders, framing: Framing): Promise<Answer> {
  const frame =
    framing === 'in chunks'
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': Buffer.byteLength(body) };
  const sent = httpRequest(`${gateway.url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'x-request-id': 'short-door-test', ...frame, ...headers },
  });
  sent.end(body);
  // Reason for the cast: Node gives a response with the event of that name.
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

/** As it is to whoever reads it, without what differs from request to request. */
function readable({ status, headers, body }: Answer) {
  const { date: _date, ratelimit, ...others } = headers;
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return {
    status,
    headers: { ...others, ratelimit: typeof ratelimit },
    text: plain.toString().replace(/(?<=retry: |"value":)\d+/, 'N'),
  };
}

test.each<[string, string | Buffer, OutgoingHttpHeaders?]>([
  ['a known operation', asked(QUERY)],
  ['one of which a part fails', asked(FAILING)],
  [
    'one with a type that names the encoding',
    asked(QUERY),
    { 'content-type': 'application/json; charset=utf-8' },
  ],
  ['a short answer for who takes it compressed', asked(QUERY), { 'accept-encoding': 'gzip' }],
  ['a long answer for who takes it compressed', asked(WIDE), { 'accept-encoding': 'gzip' }],
  ['a long answer for who does not', asked(WIDE)],
  ['a compressed question', gzipSync(asked(QUERY)), { 'content-encoding': 'gzip' }],
  ['an unknown operation', asked('{ customer(id: "2") { name } }')],
  ['several in a list', `[${asked(QUERY)},${asked(QUERY)}]`],
  ['a wish to be told the cost', asked(QUERY), { 'x-report-cost': 'true' }],
  ['another wish for the answer', asked(QUERY), { accept: 'application/graphql-response+json' }],
  ['an answer in parts', asked(QUERY), { accept: 'multipart/mixed;incrementalSpec=v0.2, application/json' }],
  ['events', asked(QUERY), { accept: 'text/event-stream' }],
  ['a stream that nobody has reserved', asked(QUERY), { 'x-graphql-event-stream-token': 'x' }],
  ['a key that is none', asked(QUERY), { 'idempotency-key': 'x'.repeat(1_000) }],
  ['a token that is none', asked(QUERY), { authorization: 'Bearer x.y.z' }],
  ['a byte order mark', `\u{FEFF}${asked(QUERY)}`],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from('{"query":"{ '), Buffer.of(0xff), Buffer.from(' }"}')]),
  ],
  ['no JSON', '{"query": '],
  ['nothing', ''],
  ['a number', '1'],
  ['a prototype', `{"query":"{ __typename }","__proto__":{}}`],
  ['variables that are too deep', asked(QUERY, { variables: JSON.parse('['.repeat(200) + ']'.repeat(200)) })],
  [
    'variables that are too many',
    asked(QUERY, { variables: { x: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) } }),
  ],
  [
    'an id that nobody knows',
    asked(undefined, { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }),
  ],
  ['more than is read', asked(`#${'x'.repeat(10_000)}`)],
])('%s', async (_what, body, headers = {}) => {
  const one = readable(await send(body, headers, 'with its length'));
  const other = readable(await send(body, headers, 'in chunks'));
  expect(one).toEqual(other);
});

test('with a token of somebody the answer is theirs', async () => {
  const authorization = `Bearer ${await issuer.token()}`;
  const answer = await send(asked(QUERY), { authorization }, 'with its length');
  expect(answer.status).toBe(200);
  const line = gateway.logged().findLast(({ msg }) => msg === 'request ended');
  expect(line).toMatchObject({
    subjectHash: expect.any(String),
    path: '/graphql',
    bytes: answer.body.length,
  });
});

const head = (body: string) =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;

test('requests that come one behind the other on a connection are answered in their order', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const bodies = [asked(QUERY), asked('{ customer(id: "2") { id } }'), asked('{'), asked(WIDE)];
  const close = (index: number) => (index === bodies.length - 1 ? 'connection: close\r\n' : '');
  socket.write(bodies.map((body, index) => `${head(body)}${close(index)}\r\n${body}`).join(''));
  const answers = (await text(socket)).split('HTTP/1.1 ').slice(1);
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['200', '200', '400', '200']);
  expect(answers.map((answer) => answer.includes('"orders"'))).toEqual([true, false, false, false]);
  expect(answers.at(-1)).toContain('longlong');
});

test('a body may come in pieces', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const body = asked(QUERY);
  for (const piece of [`${head(body)}connection: close\r\n\r\n`, body.slice(0, 5), body.slice(5)]) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await text(socket)).toContain('"name":"Ada Byron"');
});

test('who leaves before all is sent gives up the place, and is told of in the log', async () => {
  const before = ended().length;
  const sockets = Array.from({ length: PLACES }, () =>
    connect(Number(new URL(gateway.url).port), '127.0.0.1'),
  );
  const body = asked(QUERY);
  for (const socket of sockets) socket.write(`${head(body)}\r\n${body.slice(0, 5)}`);
  // They have all the places that there are.
  await untilAnswered(503);
  for (const socket of sockets) socket.destroy();
  await untilAnswered(200);
  const lines = ended().slice(before);
  expect(
    lines.filter(({ status, hungUp, bytes }) => status === 499 && hungUp === true && bytes === 0),
  ).toHaveLength(PLACES);
});

async function untilAnswered(status: number): Promise<void> {
  let answer: Answer | undefined;
  for (let asked = 0; answer?.status !== status; asked += 1) {
    expect(asked).toBeLessThan(100);
    answer = await send(JSON.stringify({ query: QUERY }), {}, 'with its length');
  }
}

function ended() {
  return gateway.logged().filter(({ msg }) => msg === 'request ended');
}
