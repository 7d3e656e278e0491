/**
 * Compression, marks before a text and other origins: answers and requests are compressed where both sides want it, and
 * pages of other origins may call only where the gateway is told so.
 */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { eventually } from '../kit/eventually.ts';
import { requestError, subgraphError } from '../kit/expected-error.ts';
import { behaving } from '../kit/fake-subgraph.ts';
import { crm } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = '{ customer(id: "1") { name } }';
const ANSWER = { data: { customer: { name: 'Ada Byron' } } };
const SHOP = 'https://shop.example';
const fields = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `${'long'.repeat(20)}${index}: ${field}`).join(' ');
/** Long names make a long answer: one that is compressed piece by piece. */
const WIDE = `{ ${fields(10, 'customer(id: "1") { ...Wide }')} } fragment Wide on Customer { ${fields(15, 'name')} }`;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [crm],
    config: { server: { maxBodyBytes: 10_000, cors: { origins: [SHOP] } } },
  });
});

afterAll(() => gateway.stop());

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** How much was sent, by the log. */
async function bytesLogged(id: string | null): Promise<unknown> {
  const line = () => gateway.logged().find(({ requestId }) => requestId === id);
  await eventually(() => line() !== undefined);
  return line()?.['bytes'];
}

const asked = (query: string) => JSON.stringify({ query });

test.each(['gzip', 'br'])(
  'a long answer comes in %s to whoever takes it, and a short one as it is',
  async (encoding) => {
    const plain = await post(asked(WIDE), { 'accept-encoding': 'identity' });
    // Twice: the long way and the short way.
    for (const _time of [1, 2]) {
      const packed = await post(asked(WIDE), { 'accept-encoding': encoding });
      expect([packed.headers.get('content-encoding'), packed.body]).toEqual([encoding, plain.body]);
      expect(packed.headers.get('vary')).toContain('accept-encoding');
      expect(await bytesLogged(packed.headers.get('x-request-id'))).toBeLessThan(3_000);
    }
    const short = await post(asked(QUERY), { 'accept-encoding': encoding });
    expect([short.headers.get('content-encoding'), short.body]).toEqual([null, ANSWER]);
  },
);

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZip', gzipSync],
  ['br', brotliCompressSync],
  ['identity', (text: string) => Buffer.from(text)],
])('a request may come in %s', async (encoding, pack) => {
  const { status, body } = await post(new Uint8Array(pack(asked(QUERY))), { 'content-encoding': encoding });
  expect([status, body]).toEqual([200, ANSWER]);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('a small request in %s that unfolds to a large one is refused', async (encoding, pack) => {
  const bomb = new Uint8Array(pack(asked(`${QUERY}${' '.repeat(50_000_000)}`)));
  expect(bomb.length).toBeLessThan(100_000);
  const small = bomb.length < 10_000 ? bomb : bomb.subarray(0, 9_000);
  const { status, body } = await post(small, { 'content-encoding': encoding });
  const details = { limit: 'server.maxBodyBytes', value: 10_001, maximum: 10_000 };
  expect([status, body]).toEqual([413, { errors: [requestError('PAYLOAD_TOO_LARGE', { details })] }]);
});

test.each(['compress', 'gzip, gzip', 'gzip,'.repeat(1000), 'nonsense'])(
  'the encoding %s is refused',
  async (encoding) => {
    const { status, body } = await post(asked(QUERY), { 'content-encoding': encoding });
    const reason = 'A body is read in gzip, br or deflate, or as it is.';
    expect([status, body]).toEqual([415, { errors: [requestError('UNSUPPORTED_MEDIA_TYPE', { reason })] }]);
  },
);

/** What it is checked by at its end. */
const damaged = (packed: Buffer) => Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 1)]);

test.each([
  ['is something else', 'gzip', asked(QUERY), 'gzip: incorrect header check'],
  ['is something else', 'br', asked(QUERY), 'br: Decompression failed'],
  ['is damaged', 'x-gzip', damaged(gzipSync(asked(QUERY))), 'gzip: incorrect data check'],
  [
    'has lost its end',
    'deflate',
    deflateSync(asked(QUERY)).subarray(0, -1),
    'deflate: unexpected end of file',
  ],
])('a body that %s, in place of %s, is a bad request that says so', async (_what, encoding, sent, why) => {
  const { status, body } = await post(sent, { 'content-encoding': encoding });
  const reason = `The body cannot be read as ${why}.`;
  expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
});

test('a subgraph that compresses for whoever does not say that they read no compression is told so', async () => {
  // "If no Accept-Encoding header field is in the request, any content coding is considered acceptable" (RFC 9110).
  const compressing = behaving(crm, async (answer, response, { headers }) => {
    const packs = headers['accept-encoding'] !== 'identity';
    const text = JSON.stringify(await answer());
    const json = { 'content-type': 'application/json' };
    if (packs) response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(text));
    else response.writeHead(200, json).end(text);
  });
  const before = await startGateway({ subgraphs: [compressing] });
  expect(await before.ask(QUERY)).toEqual(ANSWER);
  await before.stop();
});

test('a byte order mark before the answer of a subgraph is no part of it, and a second one is', async () => {
  let mark = '\u{FEFF}';
  const marking = behaving(crm, async (answer, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(mark + JSON.stringify(await answer())),
  );
  const before = await startGateway({ subgraphs: [marking] });
  // Twice: the long way and the short way.
  for (const _time of [1, 2]) expect(await before.ask(QUERY)).toEqual(ANSWER);
  mark += mark;
  expect(await before.ask(QUERY)).toEqual({
    data: { customer: null },
    errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'crm', ['customer'])],
  });
  await before.stop();
});

const preflight = (origin: string) =>
  gateway.send('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });

test('a page of a named origin may call, and may read a refusal too', async () => {
  const { status, headers } = await preflight(SHOP);
  expect([
    status,
    headers.get('access-control-allow-origin'),
    headers.get('access-control-allow-headers'),
  ]).toEqual([204, SHOP, 'authorization']);
  const refused = await post(asked(QUERY), { origin: SHOP, 'content-type': 'text/plain' });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([415, SHOP]);
});

test('a page of another origin may not', async () => {
  const { headers } = await preflight('https://elsewhere.example');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])(
  'a subgraph that sends %s although it is told not to is named in the log, with that',
  async (encoding, pack) => {
    const packing = behaving(crm, async (answer, response) => {
      const head = { 'content-type': 'application/json', 'content-encoding': encoding };
      response.writeHead(200, head).end(pack(JSON.stringify(await answer())));
    });
    const misled = await startGateway({ subgraphs: [packing] });
    expect(await misled.ask(QUERY)).toEqual({
      data: { customer: null },
      errors: [subgraphError('SUBGRAPH_RESPONSE_INVALID', 'crm', ['customer'])],
    });
    await misled.stop();
    expect(misled.logged()).toContainEqual(
      expect.objectContaining({
        msg: 'subgraph call failed',
        subgraph: 'crm',
        cause: 'Error: status 200 with a body that is not UTF-8, as if it were compressed',
      }),
    );
  },
);
