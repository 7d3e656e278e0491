/**
 * HTTP made to hurt, through a socket as no client would use it: too slow, packed to burst, of strange types, with
 * names that are no names. Each ends with a status, costs nobody else anything, and leaves the log what it is.
 */

import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';

import { requestError } from '../kit/expected-error.ts';
import { createAuthority, createPemFolder } from '../kit/certificates.ts';
import { crm } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { connect as connectTls } from 'node:tls';

const BODY = '{"query":"{ customer(id: \\"1\\") { name } }"}';
const ANSWER = '{"data":{"customer":{"name":"Ada Byron"}}}';
const RECEIVE_TIMEOUT_MS = 400;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [crm],
    config: { server: { receiveTimeoutMs: RECEIVE_TIMEOUT_MS } },
  });
});
afterAll(() => gateway.stop());

function open({ url } = gateway): Socket {
  return connect(Number(new URL(url).port), '127.0.0.1');
}

interface RawAnswer {
  readonly status: string;
  readonly body: string;
}

/** All that comes until the gateway closes. */
async function answerOn(socket: Socket): Promise<RawAnswer> {
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  // Whoever is refused may still be writing, and then learns of it by an error; what was said before counts.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: head.split('\r\n')[0] ?? '', body: rest.join('\r\n\r\n').trim() };
}

function post(lines: readonly string[], body = BODY): string {
  const fixed = [
    'POST /graphql HTTP/1.1',
    'host: x',
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return [...fixed, ...lines, '', body].join('\r\n');
}

function send(text: string): Promise<RawAnswer> {
  const socket = open();
  socket.write(text);
  return answerOn(socket);
}

const errorsOf = ({ body }: RawAnswer): unknown => JSON.parse(body);
const refused = (code: Parameters<typeof requestError>[0]) => ({ errors: [requestError(code)] });

describe('slow', () => {
  /** Some bytes at a time, for as long as the gateway listens. */
  function drip(socket: Socket, bytes: string): void {
    const timer = setInterval(() => socket.write(bytes, 'latin1'), 30);
    socket.on('error', () => undefined);
    socket.once('close', () => clearInterval(timer));
    socket.once('end', () => clearInterval(timer));
  }

  /** As chunks: how gzip begins (RFC 1952), and a block of it that holds nothing and is not the last one. */
  const GZIP_HEAD = 'a\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03\r\n';
  const EMPTY_BLOCK = '5\r\n\0\0\0\xff\xff\r\n';
  const HEAD = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  test.each([
    ['a head that never ends', 'POST /graphql HTTP/1.1\r\n', 'x-a: b\r\n'],
    ['a body that never ends', `${HEAD}content-length: 100000\r\n\r\n{"query":"`, ' '],
    ['chunks that never end', `${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    [
      'a compressed body that never ends',
      `${HEAD}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n${GZIP_HEAD}`,
      EMPTY_BLOCK,
    ],
  ])(
    '%s is ended after the configured time, and others are answered meanwhile',
    async (_what, begin, more) => {
      const startedAt = performance.now();
      const socket = open();
      socket.write(begin, 'latin1');
      drip(socket, more);
      const meanwhile = send(post(['content-type: application/json']));
      const answer = await answerOn(socket);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(RECEIVE_TIMEOUT_MS);
      expect(answer.status).toBe('HTTP/1.1 408 Request Timeout');
      expect((await meanwhile).body).toBe(ANSWER);
    },
  );

  test('the same holds with TLS', async () => {
    const folder = createPemFolder();
    const authority = createAuthority('Ours');
    const { cert, key } = authority.issue('127.0.0.1');
    const tls = { certFile: folder.write('cert.pem', cert), keyFile: folder.write('key.pem', key) };
    const guarded = await startGateway({
      subgraphs: [crm],
      config: { server: { receiveTimeoutMs: RECEIVE_TIMEOUT_MS, tls } },
    });
    const port = Number(new URL(guarded.url).port);
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.cert });
    await once(socket, 'secureConnect');
    socket.write('POST /graphql HTTP/1.1\r\n');
    drip(socket, 'x-a: b\r\n');
    expect((await answerOn(socket)).status).toBe('HTTP/1.1 408 Request Timeout');
    await guarded.stop();
    folder.remove();
  });
});

test('a compressed stream that unfolds without end is refused while it comes, and not read to the end', async () => {
  // Packing takes its time too.
  const patient = await startGateway({ subgraphs: [crm] });
  const socket = open(patient);
  const answer = answerOn(socket);
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n' +
      'transfer-encoding: chunked\r\nconnection: close\r\n\r\n',
  );
  const spaces = Buffer.alloc(1024 * 1024, ' ');
  let unfolded = 0;
  const bomb = Readable.from(
    (function* () {
      for (; unfolded < 1024; unfolded += 1) yield spaces;
    })(),
  ).pipe(createGzip({ level: 9 }));
  let sent = 0;
  bomb.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.write('\r\n');
  });
  const { status, body } = await answer;
  bomb.destroy();
  await patient.stop();
  expect(status).toBe('HTTP/1.1 413 Payload Too Large');
  expect(JSON.parse(body.replace(/^[\da-f]+\r\n|\r\n0$/g, ''))).toEqual({
    errors: [
      requestError('PAYLOAD_TOO_LARGE', {
        details: { limit: 'server.maxBodyBytes', value: 1_048_577, maximum: 1_048_576 },
      }),
    ],
  });
  expect([sent > 0, unfolded < 1024]).toEqual([true, true]);
});

describe('content types', () => {
  test.each([
    'application/json\ta',
    'application/json a',
    'application/json/x',
    'application/jsonp',
    'application/json, text/plain',
    'text/plain, application/json',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-16; charset=utf-8',
    'application/json; charset="utf-32"',
    'application/json;charset=iso-8859-1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    '',
  ])('%j is not read', async (type) => {
    const before = gateway.subgraphs.get('crm')!.received.length;
    const answer = await send(post([`content-type: ${type}`]));
    expect([answer.status, errorsOf(answer)]).toEqual([
      'HTTP/1.1 415 Unsupported Media Type',
      refused('UNSUPPORTED_MEDIA_TYPE'),
    ]);
    expect(gateway.subgraphs.get('crm')!.received).toHaveLength(before);
  });

  test.each([
    'application/json',
    ' \tapplication/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'APPLICATION/JSON',
  ])('%j is JSON', async (type) => {
    const { status, body } = await send(post([`content-type: ${type}`]));
    expect([status, body]).toEqual(['HTTP/1.1 200 OK', ANSWER]);
  });

  test('two of them are not read', async () => {
    const { status } = await send(post(['content-type: text/plain', 'content-type: application/json']));
    expect(status).toBe('HTTP/1.1 415 Unsupported Media Type');
  });

  test.each(['application/json\ta', 'application/json, text/plain', 'text/plain'])(
    'a GET that carries %j is refused',
    async (type) => {
      const query = encodeURIComponent('{ customer(id: "1") { name } }');
      const head = `GET /graphql?query=${query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n\r\n`;
      const answer = await send(head);
      expect([answer.status, errorsOf(answer)]).toEqual([
        'HTTP/1.1 415 Unsupported Media Type',
        refused('UNSUPPORTED_MEDIA_TYPE'),
      ]);
    },
  );
});

describe('smuggled', () => {
  const HIDDEN = 'GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n';

  test.each([
    [
      'a length and chunks',
      `content-length: ${HIDDEN.length}\r\ntransfer-encoding: chunked`,
      `0\r\n\r\n${HIDDEN}`,
    ],
    ['chunks twice', 'transfer-encoding: chunked\r\ntransfer-encoding: identity', `0\r\n\r\n${HIDDEN}`],
    ['chunks with a strange name', 'transfer-encoding: xchunked', `0\r\n\r\n${HIDDEN}`],
    ['a length with a sign', 'content-length: +5', HIDDEN],
    ['a length in two values', 'content-length: 5, 6', HIDDEN],
    ['a chunk whose size is no number', 'transfer-encoding: chunked', `0x5\r\n{}   \r\n0\r\n\r\n${HIDDEN}`],
    ['lines that end with LF alone', 'x-a: b\ncontent-length: 0', HIDDEN],
  ])('%s: one answer, 400, and the connection is closed', async (_what, lines, rest) => {
    const before = gateway.logged().length;
    const answer = await send(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines}\r\n\r\n${rest}`,
    );
    expect([answer.status, errorsOf(answer)]).toEqual(['HTTP/1.1 400 Bad Request', refused('BAD_REQUEST')]);
    const paths = gateway
      .logged()
      .slice(before)
      .map(({ path }) => path);
    expect(paths).not.toContain('/hidden');
  });
});

describe('names', () => {
  const FORGED = 'x\n{"level":"fatal","msg":"forged"}\r\n\u001B[31mred\u001B[0m\u0000\u2028';

  test.each([
    ['the name that is asked for', { query: '{ __typename }', operationName: 'x'.repeat(900_000) }],
    ['the name of the operation', { query: `query ${'x'.repeat(900_000)} { __typename }` }],
  ])('%s may not be a megabyte', async (_what, body) => {
    const answer = await send(post(['content-type: application/json'], JSON.stringify(body)));
    const details = { limit: 'maxNameLength', value: 900_000, maximum: 200 };
    expect([answer.status, errorsOf(answer)]).toEqual([
      'HTTP/1.1 400 Bad Request',
      { errors: [requestError('LIMIT_EXCEEDED', { details })] },
    ]);
  });

  test('what would be a line of the log, or a colour, is neither', async () => {
    const before = gateway.logged().length;
    const forged = [
      post(
        ['content-type: application/json'],
        JSON.stringify({ query: 'query A { __typename }', operationName: FORGED }),
      ),
      post(['content-type: application/json'], JSON.stringify({ query: `query A { ${FORGED} }` })),
      post(['content-type: application/json', 'x-request-id: a"},{"level":"fatal'], BODY),
      `GET /${encodeURIComponent(FORGED)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      'GET /\u001B[31m HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: x\r\nx-\u001B[31m: a\r\n\r\n',
    ];
    for (const text of forged) await send(text);
    // Each line was read as JSON, in which a control character cannot stand as it is.
    const lines = gateway.logged().slice(before);
    expect(lines).toHaveLength(forged.length);
    for (const line of lines) {
      expect(line['level']).toBe('info');
      expect(JSON.stringify(line)).not.toMatch(/forged|fatal|u001b/i);
    }
  });

  test('no line of the log grows with what was sent', () => {
    const longest = Math.max(...gateway.logged().map((line) => JSON.stringify(line).length));
    expect(longest).toBeLessThan(1_000);
  });
});
