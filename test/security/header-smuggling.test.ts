/**
 * Whatever headers a client sends, and however, a subgraph receives the same few that the gateway makes itself.
 */

import { connect } from 'node:net';

import { createCallerKeys, type TestCallerKeys } from '../kit/caller-keys.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const BODY = '{"query":"{ customer(id: \\"1\\") { name } }"}';

let keys: TestCallerKeys;
let issuer: TokenIssuer;
let gateway: TestGateway;

beforeAll(async () => {
  keys = await createCallerKeys(['crm', 'accounting', 'shop']);
  issuer = await createTokenIssuer();
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { callerProof: { keysFile: keys.keysFile }, identity: { issuers: [issuer.config] } },
  });
});

afterAll(async () => {
  await gateway.stop();
  keys.stop();
  issuer.stop();
});

/** Header lines as they are, for no HTTP client would send some of these. Gives the answer's first line. */
function send(...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(received.split('\r\n')[0] ?? ''));
    const fixed = ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json'];
    socket.write([...fixed, ...lines, '', BODY].join('\r\n'));
  });
}

const LENGTH = `content-length: ${BODY.length}`;
const received = () => gateway.subgraphs.get('crm')?.received ?? [];

test.each([
  ['identity headers', 'x-user-id: admin', 'X_User_Id: admin', 'x-principal: {}', 'x-roles: finance'],
  ['identity headers in pairs', 'x-user-id: anna', 'X-User-Id: admin', 'x-user: a', 'x-user: b'],
  [
    'a proof of the client’s own',
    'signature: gateway=:AAAA:',
    'signature-input: gateway=()',
    'content-digest: x',
  ],
  [
    'a forwarded certificate or address',
    'x-client-cert: MIIB',
    'x-forwarded-for: 10.0.0.1',
    'forwarded: for=a',
  ],
  ['cookies and keys', 'cookie: a=b', 'x-api-key: k', 'idempotency-key: k-1', 'proxy-authorization: Basic a'],
])('%s do not reach a subgraph', async (_what, ...lines) => {
  const before = received().length;
  expect(await send(LENGTH, 'connection: close', ...lines)).toBe('HTTP/1.1 200 OK');
  const [call] = received().slice(before);
  if (call === undefined) throw new Error('the crm was not asked');
  const { authorization, signature, ...headers } = call.headers;
  expect({ ...headers, authorization: typeof authorization, signature: typeof signature }).toEqual({
    accept: 'application/graphql-response+json, application/json',
    'accept-encoding': 'identity',
    authorization: 'string',
    connection: 'keep-alive',
    'content-digest': expect.stringMatching(/^sha-256=:/),
    'content-length': String(call.rawBody.length),
    'content-type': 'application/json',
    host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    signature: 'string',
    'signature-input': expect.stringMatching(
      /^gateway=\("@method" "@path" "content-digest" "authorization"\);/,
    ),
    'x-request-id': expect.any(String),
    'x-timeout-ms': expect.stringMatching(/^\d{1,5}$/),
  });
  expect((await keys.claimsOf('crm', call)).sub).toBe('anonymous');
  expect(keys.verdictOn('crm', call).kind).toBe('valid');
});

test('naming Authorization as a header of the connection changes nothing about who asks', async () => {
  const before = received().length;
  const token = await issuer.token();
  await send(LENGTH, 'connection: close, authorization', `authorization: Bearer ${token}`);
  const [call] = received().slice(before);
  if (call === undefined) throw new Error('the crm was not asked');
  expect((await keys.claimsOf('crm', call)).sub).toBe('anna');
  expect(call.headers.authorization).not.toContain(token);
});

test.each([
  [
    'two Authorization headers',
    'HTTP/1.1 401 Unauthorized',
    LENGTH,
    'authorization: Bearer a',
    'Authorization: Bearer b',
  ],
  ['a length and chunks at once', 'HTTP/1.1 400 Bad Request', LENGTH, 'transfer-encoding: chunked'],
  ['two lengths', 'HTTP/1.1 400 Bad Request', LENGTH, 'content-length: 5'],
  ['a header in two lines', 'HTTP/1.1 400 Bad Request', LENGTH, 'x-a: b', ' x-user-id: admin'],
  ['two idempotency keys', 'HTTP/1.1 400 Bad Request', LENGTH, 'idempotency-key: a', 'Idempotency-Key: a'],
  ['a space before the colon', 'HTTP/1.1 400 Bad Request', LENGTH, 'authorization : Bearer a'],
])('%s end at the gateway: %s', async (_what, status, ...lines) => {
  const before = received().length;
  expect(await send('connection: close', ...lines)).toBe(status);
  expect(received().length).toBe(before);
});
