/**
 * Keys are fetched from the very address of the config, soon and not large, or not at all.
 */

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { fetchText } from '../../../../gateway/identity/fetch-text.ts';

let server: Server;
let asked: string[];

const ROUTES: Readonly<Record<string, RequestListener>> = {
  '/keys': (_request, response) => response.end('{"keys":[]}'),
  // Whoever says nothing of compression takes any (RFC 9110, section 12.5.3).
  '/packed': ({ headers }, response) =>
    response.end(headers['accept-encoding'] === 'identity' ? '{"keys":[]}' : gzipSync('{"keys":[]}')),
  '/redirect': (_request, response) => response.writeHead(302, { location: '/keys' }).end(),
  '/broken': (_request, response) => response.writeHead(500).end('secret=canary'),
  '/huge': (_request, response) => response.end('x'.repeat(300 * 1024)),
  '/silent': () => undefined,
  '/dripping': (_request, response) => response.write('{'),
};

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    ROUTES[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** With time enough for a machine that is busy. */
const PATIENT_MS = 10_000;
const IMPATIENT_MS = 200;

function fetchFrom(path: string, timeoutMs: number): Promise<string> {
  // Reason for the cast: a TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return fetchText(`http://127.0.0.1:${port}${path}`, { timeoutMs });
}

test.each(['/keys', '/packed'])('the text of the address is given, as it is: %s', async (path) => {
  expect(await fetchFrom(path, PATIENT_MS)).toBe('{"keys":[]}');
});

test.each([
  ['redirects', '/redirect', 'the answer has the status 302', PATIENT_MS],
  ['fails', '/broken', 'the answer has the status 500', PATIENT_MS],
  ['sends too much', '/huge', 'the answer is larger than 262144 bytes', PATIENT_MS],
  ['says nothing', '/silent', 'The operation was aborted due to timeout', IMPATIENT_MS],
  ['never ends', '/dripping', 'The operation was aborted due to timeout', IMPATIENT_MS],
])('an address that %s gives no keys and is asked once', async (_what, path, message, timeoutMs) => {
  await expect(fetchFrom(path, timeoutMs)).rejects.toMatchObject({ message });
  expect(asked).toEqual([path]);
});
