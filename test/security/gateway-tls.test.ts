/**
 * The gateway speaks TLS where its config says so, takes a new certificate over without a restart, and admits only
 * clients with a certificate where it asks for one.
 */

import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions } from 'node:tls';

import { tlsServerFactory } from '../../gateway/http/tls-server.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { createTlsConnector } from '../../gateway/upstream/connect-tls.ts';
import { createAuthority, createPemFolder, type PemFolder } from '../kit/certificates.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const subgraphs = [crm, accounting, shop];
const BODY = JSON.stringify({ query: '{ customer(id: "1") { name } }' });
const RIGHT = '{"data":{"customer":{"name":"Ada Byron"}}}\n';

const authority = createAuthority('Tributary test');
const other = createAuthority('Somebody else');
let folder: PemFolder;
let gateway: TestGateway | undefined;

beforeEach(() => {
  folder = createPemFolder();
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  folder.remove();
});

async function start(more: { clientCaFile?: string; clientNames?: string[] } = {}): Promise<void> {
  const { cert, key } = authority.issue('127.0.0.1');
  const tls = { certFile: folder.write('cert.pem', cert), keyFile: folder.write('key.pem', key), ...more };
  gateway = await startGateway({ subgraphs, config: { server: { tls } } });
}

function running(): TestGateway {
  if (gateway === undefined) throw new Error('the gateway was not started');
  return gateway;
}

/** The answer's body, or the code of what the connection failed with; each time over a connection of its own. */
function ask(options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const asking = request(
      `${running().url}/graphql`,
      {
        agent: false,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ca: authority.cert,
        ...options,
      },
      (response) => resolve(text(response)),
    );
    asking.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asking.end(BODY);
  });
}

/** The serial number of the certificate that the gateway shows. */
function shownSerial(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(running().url).port),
      ca: authority.cert,
    });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
  });
}

const refusals = () =>
  running()
    .logged()
    .filter(({ msg }) => msg === 'TLS connection refused');

test('a client that trusts the authority is answered over TLS 1.2 and 1.3', async () => {
  await start();
  expect(running().url).toMatch(/^https:/);
  expect(await ask({ maxVersion: 'TLSv1.2' })).toBe(RIGHT);
  expect(await ask({ minVersion: 'TLSv1.3' })).toBe(RIGHT);
});

test('older versions of TLS are refused', async () => {
  await start();
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  expect(await ask(old)).toBe('EPROTO');
  expect(refusals()).toMatchObject([{ level: 'warn', because: 'ERR_SSL_UNSUPPORTED_PROTOCOL' }]);
});

test('a client that trusts another authority does not talk to the gateway', async () => {
  await start();
  expect(await ask({ ca: other.cert })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

test('plain HTTP on the TLS port is cut off without an answer', async () => {
  await start();
  const plain = fetch(`${running().url.replace('https', 'http')}/graphql`, { method: 'POST', body: BODY });
  await expect(plain).rejects.toThrow('fetch failed');
  expect(refusals()).toMatchObject([{ because: 'ERR_SSL_HTTP_REQUEST' }]);
});

test('a client without a certificate, or with one of another authority, is refused where one is demanded', async () => {
  await start({ clientCaFile: folder.write('clients.pem', authority.cert) });
  expect(await ask(authority.issue('anybody.example'))).toBe(RIGHT);
  expect(await ask()).not.toContain('Ada');
  expect(await ask(other.issue('anybody.example'))).not.toContain('Ada');
  expect(refusals().map(({ because }) => because)).toEqual([
    'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
    expect.stringMatching(/./),
  ]);
});

test('a client whose certificate bears another name than those allowed is refused before it is read', async () => {
  const clientCaFile = folder.write('clients.pem', authority.cert);
  await start({ clientCaFile, clientNames: ['frontend.example', 'mobile.example'] });
  expect(await ask(authority.issue('mobile.example'))).toBe(RIGHT);
  expect(await ask(authority.issue('nobody.example'))).toBe('ECONNRESET');
  expect(refusals()).toMatchObject([{ because: 'the client certificate bears another name' }]);
  expect(running().subgraphs.get('crm')?.received.length).toBe(1);
});

test('a session that is resumed is known by the name of its certificate', async () => {
  const clientCaFile = folder.write('clients.pem', authority.cert);
  await start({ clientCaFile, clientNames: ['mobile.example'] });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const [name, answered] of [
      ['mobile.example', true],
      ['nobody.example', false],
    ] as const) {
      const options = { ...authority.issue(name), maxVersion };
      const first = await answerOn(options);
      const second = await answerOn({ ...options, ...(first.session ? { session: first.session } : {}) });
      expect([first.isAnswered, second.isAnswered]).toEqual([answered, answered]);
    }
  }
});

interface OneAnswer {
  readonly isAnswered: boolean;
  readonly session: Buffer | undefined;
}

function answerOn(options: ConnectionOptions): Promise<OneAnswer> {
  return new Promise((resolve) => {
    const port = Number(new URL(running().url).port);
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, ...options });
    let session: Buffer | undefined;
    let received = '';
    socket.on('session', (given) => (session = given));
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ isAnswered: received.includes('Ada Byron'), session }));
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
    );
  });
}

test('a new certificate is shown to new connections without a restart, and one that does not fit its key is not', async () => {
  await start();
  const before = await shownSerial();
  const next = authority.issue('127.0.0.1');
  folder.write('cert.pem', next.cert);
  // The key still belongs to the old certificate.
  await sees('changed certificates refused; the old ones stay');
  expect(await shownSerial()).toBe(before);
  folder.write('key.pem', next.key);
  await sees('changed certificates are in use');
  expect(await shownSerial()).not.toBe(before);
  expect(await ask()).toBe(RIGHT);
});

/** Files are looked at when somebody connects, once a second at most. */
async function sees(sentence: string): Promise<void> {
  while (
    !running()
      .logged()
      .some(({ msg }) => msg === sentence)
  )
    await shownSerial();
}

test('files that cannot be used stop the start with a sentence that names the option', () => {
  const certFile = folder.write('other.pem', authority.issue('127.0.0.1').cert);
  const keyFile = folder.write('other-key.pem', authority.issue('127.0.0.1').key);
  const tls = { certFile, keyFile, clientNames: [], minVersion: 'TLSv1.2' as const };
  expect(() => tlsServerFactory(tls, createLogger({ level: 'silent' }))).toThrow(
    'server.tls: the files cannot be used (ERR_OSSL_X509_KEY_VALUES_MISMATCH).',
  );
});

test('a file of authorities that holds none stops the start, on every side that would trust nobody', () => {
  const { cert, key } = authority.issue('127.0.0.1');
  const [certFile, keyFile] = [folder.write('whole.pem', cert), folder.write('whole-key.pem', key)];
  const caFile = folder.write('empty-ca.pem', '# to be filled in\n');
  const log = createLogger({ level: 'silent' });
  const served = { certFile, keyFile, clientCaFile: caFile, clientNames: [], minVersion: 'TLSv1.2' as const };
  const because = `the files cannot be used (NO_CERTIFICATE at ${caFile}).`;
  expect(() => tlsServerFactory(served, log)).toThrow(`server.tls: ${because}`);
  expect(() => createTlsConnector({ caFile }, 'crm', log)).toThrow(`subgraphs.overrides.crm.tls: ${because}`);
});
