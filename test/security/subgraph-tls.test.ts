/**
 * Between gateway and subgraphs TLS in both directions: each shows a certificate, each checks the other's, and both
 * take new ones over without a restart.
 */

import { connect, type ConnectionOptions } from 'node:tls';

import { createAuthority, createPemFolder, type PemFolder } from '../kit/certificates.ts';
import { startCompany, type TestCompany } from '../kit/start-company.ts';

const QUERY = '{ customers(first: 1) { nodes { name receivable { amount } } } }';

const authority = createAuthority('Tributary test');
const other = createAuthority('Somebody else');
let folder: PemFolder;
let company: TestCompany;

beforeAll(async () => {
  folder = createPemFolder();
  const ca = folder.write('ca.pem', authority.cert);
  company = await startCompany({
    tls: {
      subgraphs: {
        ...write('subgraph', 'subgraph.internal'),
        clientCaFile: ca,
        clientNames: ['gateway.internal'],
        minVersion: 'TLSv1.2',
      },
      gateway: { caFile: ca, ...write('gateway', 'gateway.internal'), serverName: 'subgraph.internal' },
    },
  });
});

afterAll(async () => {
  await company.stop();
  folder.remove();
});

function write(owner: string, name: string) {
  const { cert, key } = authority.issue(name);
  return { certFile: folder.write(`${owner}.pem`, cert), keyFile: folder.write(`${owner}-key.pem`, key) };
}

/** What the CRM says to a liveness probe over a connection of its own; empty where it hangs up. */
function probeCrm(options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const port = Number(new URL(company.subgraphUrl('crm')).port);
    const trust = { ca: authority.cert, servername: 'subgraph.internal' };
    const socket = connect({ host: '127.0.0.1', port, ...trust, ...options });
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received.split('\r\n')[0] ?? ''));
    socket.write('GET /live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  });
}

const isRight = async () => {
  const { data, errors } = await company.ask(QUERY);
  return errors === undefined && typeof data.customers.nodes[0].receivable.amount === 'string';
};

test('the gateway is answered by subgraphs that demand its certificate', async () => {
  expect(company.subgraphUrl('crm')).toMatch(/^https:/);
  expect(await isRight()).toBe(true);
});

test('whoever has no certificate, one of another authority or another name is not even told that the subgraph lives', async () => {
  expect(await probeCrm(authority.issue('gateway.internal'))).toBe('HTTP/1.1 200 OK');
  expect(await probeCrm({})).toBe('');
  expect(await probeCrm(other.issue('gateway.internal'))).toBe('');
  expect(await probeCrm(authority.issue('laptop.internal'))).toBe('');
  const because = company
    .logged()
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ kind }) => kind === 'connection refused')
    .map((line) => line['because']);
  expect(because).toEqual([
    'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
    expect.any(String),
    'the client certificate bears another name',
  ]);
});

test('certificates of both sides are replaced under requests that all succeed', async () => {
  const taken = (sentence: string) => company.logged().filter((line) => line.includes(sentence)).length;
  write('subgraph', 'subgraph.internal');
  write('gateway', 'gateway.internal');
  while (taken('certificates taken over') === 0) {
    expect(await probeCrm(authority.issue('gateway.internal'))).toBe('HTTP/1.1 200 OK');
    expect(await isRight()).toBe(true);
  }
});
