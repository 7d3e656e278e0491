/**
 * The address of the supergraph is asked as the config says, and whatever it answers hurts nobody.
 */

import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';

import { optionsSchema } from '../../../../gateway/config/options.ts';
import { createRemoteAddress } from '../../../../gateway/supergraph/remote-address.ts';
import { SupergraphRefused } from '../../../../gateway/supergraph/supergraph-refused.ts';
import { createAuthority, createPemFolder, type PemFolder } from '../../../kit/certificates.ts';
import { startSchemaHost, type SchemaHost } from '../../../kit/schema-host.ts';

const MAX_BYTES = 100_000;
const NEVER = new AbortController().signal;

let host: SchemaHost;
let files: PemFolder;

beforeEach(async () => {
  host = await startSchemaHost();
  files = createPemFolder();
});

afterEach(async () => {
  await host.stop();
  files.remove();
});

interface Asking {
  readonly at?: SchemaHost;
  readonly allowedHosts?: readonly string[];
  readonly polling?: Record<string, unknown>;
}

function ask(path: string, { at = host, allowedHosts = [at.host], polling = {} }: Asking = {}) {
  const { supergraph } = optionsSchema.parse({
    supergraph: {
      file: 'unused',
      allowedHosts,
      maxBytes: MAX_BYTES,
      polling: { timeoutMs: 5_000, ...polling },
    },
  });
  return createRemoteAddress(`${at.url}${path}`, supergraph).ask('', {}, NEVER);
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => 'nothing was refused',
    (problem: unknown) => problem,
  );
  return error instanceof SupergraphRefused ? `${error.reason}: ${error.message}` : String(error);
}

const says = (path: string, sentence: string) => `The supergraph ${host.url}${path} ${sentence}.`;
const answer =
  (headers: Record<string, string>, body: string | Buffer = ''): RequestListener =>
  (_request, response) =>
    response.writeHead(200, headers).end(body);

test('what is at the address is given, packed or not, byte by byte', async () => {
  const text = Buffer.from('type Query { ü: Int }');
  host.put('/plain', text);
  host.put('/packed', answer({ 'content-encoding': 'gzip' }, gzipSync(text)));
  for (const path of ['/plain', '/packed']) {
    const { status, bytes } = await ask(path);
    expect([status, Buffer.compare(bytes, text)]).toEqual([200, 0]);
  }
});

test.each([301, 302, 303, 307, 308])('a redirect by %i is refused, and nobody follows it', async (status) => {
  const elsewhere = await startSchemaHost();
  elsewhere.put('/x', 'type Query { a: Int }');
  host.put('/r', (_request, response) =>
    response.writeHead(status, { location: `${elsewhere.url}/x?secret=canary` }).end(),
  );
  const allowedHosts = [host.host, elsewhere.host];
  expect(await refusal(ask('/r', { allowedHosts }))).toBe(
    `redirected: ${says('/r', `answers ${status}, a redirect, which is not followed`)}`,
  );
  expect(elsewhere.asked).toEqual([]);
  await elsewhere.stop();
});

test.each([
  ['too much', answer({}, 'x'.repeat(MAX_BYTES + 1)), 'too_large', 'is larger than 100000 bytes'],
  [
    'little that unfolds to much',
    answer({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(200 * MAX_BYTES))),
    'too_large',
    'is larger than 100000 bytes',
  ],
  [
    'what is not packed as it says',
    answer({ 'content-encoding': 'gzip' }, 'type Query { a: Int }'),
    'wrong_content',
    'cannot be unpacked (Z_DATA_ERROR)',
  ],
  [
    'a packing that was not asked for',
    answer({ 'content-encoding': 'br' }, 'x'),
    'wrong_content',
    'is packed in a way that was not asked for',
  ],
  [
    'half of it',
    ((_request, response) => {
      response.writeHead(200, { 'content-length': '50' }).write('half', () => response.destroy());
    }) satisfies RequestListener,
    'unreachable',
    'cannot be fetched (UND_ERR_SOCKET)',
  ],
])('an answer of %s is refused', async (_what, page, reason, sentence) => {
  host.put('/x', page);
  expect(await refusal(ask('/x'))).toBe(`${reason}: ${says('/x', sentence)}`);
});

test('an answer that drips and one that never comes are given up in time', async () => {
  host.put('/silent', () => undefined);
  host.put('/drip', (_request, response) => {
    const timer = setInterval(() => response.write('#'), 20);
    response.once('close', () => clearInterval(timer));
  });
  for (const path of ['/silent', '/drip']) {
    expect(await refusal(ask(path, { polling: { timeoutMs: 300 } }))).toBe(
      `timed_out: ${says(path, 'was not there in time')}`,
    );
  }
});

test('a host that is not listed is not connected to', async () => {
  host.put('/x', 'x');
  for (const allowedHosts of [[], ['127.0.0.1:1'], [`localhost:${new URL(host.url).port}`]]) {
    expect(await refusal(ask('/x', { allowedHosts }))).toContain('cannot be fetched (HOST_NOT_LISTED)');
  }
  expect(host.asked).toEqual([]);
});

test('a token is sent along, read anew each time, and stands in no sentence', async () => {
  host.put('/x', 'x');
  const tokenFile = files.write('token', 'first\n');
  await ask('/x', { polling: { tokenFile } });
  files.write('token', 'second');
  await ask('/x', { polling: { tokenFile } });
  await ask('/x', { polling: { token: 'third' } });
  await ask('/x');
  expect(host.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer second',
    'Bearer third',
    undefined,
  ]);
  files.write('token', 'canary with\nnewline');
  expect(await refusal(ask('/x', { polling: { tokenFile } }))).toBe(
    `unreachable: ${says('/x', `cannot be fetched: ${tokenFile} cannot be read or used`)}`,
  );
});

test('the query of the address is sent and stands in no sentence', async () => {
  expect((await ask('/none?key=canary')).status).toBe(404);
  expect(host.asked[0]?.url).toBe('/none?key=canary');
  await host.stop();
  expect(await refusal(ask('/none?key=canary'))).toBe(
    `unreachable: ${says('/none', 'cannot be fetched (ECONNREFUSED)')}`,
  );
  await host.start();
});

test('only a certificate of the own authority for the very host counts', async () => {
  const authority = createAuthority('Schemas');
  const caFile = files.write('ca.pem', authority.cert);
  const right = await startSchemaHost(authority.issue('127.0.0.1'));
  const wrong = await startSchemaHost(authority.issue('other.example'));
  for (const each of [right, wrong]) each.put('/x', 'x');
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    expect((await ask('/x', { at: right, polling: { caFile } })).bytes.toString()).toBe('x');
    expect(await refusal(ask('/x', { at: wrong, polling: { caFile } }))).toContain(
      '(ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    expect(await refusal(ask('/x', { at: right }))).toContain('(UNABLE_TO_VERIFY_LEAF_SIGNATURE)');
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    await Promise.all([right.stop(), wrong.stop()]);
  }
});
