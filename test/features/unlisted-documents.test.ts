/**
 * While nothing is refused yet: documents that no manifest lists are run, counted, and told to operators once, so that
 * they can be listed before nothing else is run.
 */

import { createHash } from 'node:crypto';

import { requestError } from '../kit/expected-error.ts';
import { manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type HttpAnswer, type TestGateway } from '../kit/start-gateway.ts';

const CARD = 'query Card { customer(id: "1") { name } }';
const MAIL = 'query Mail { customer(id: "1") { email } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

let gateway: TestGateway;
let manifest: ManifestFile;

beforeEach(async () => {
  manifest = manifestFile({ card: CARD });
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { documents: { mode: 'log', manifests: [{ file: manifest.file }] } },
  });
});

afterEach(async () => {
  await gateway.stop();
  manifest.stop();
});

function ask(body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
  return gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const told = () => gateway.logged().filter(({ msg }) => msg === 'document is not listed');

test('what is not listed is answered and told once, with its hash, its name and the client', async () => {
  const client = { 'apollographql-client-name': 'crm-app' };
  for (const _time of [1, 2, 3]) {
    expect((await ask({ query: MAIL })).status).toBe(200);
    expect((await ask({ documentId: 'card' }, client)).status).toBe(200);
  }
  await ask({ query: '{ __typename }', operationName: null }, { 'apollographql-client-name': 'other-app' });
  expect(told()).toEqual([
    {
      level: 'warn',
      time: expect.any(String),
      requestId: expect.any(String),
      hash: hashOf(MAIL),
      operationName: 'Mail',
      msg: 'document is not listed',
    },
    expect.objectContaining({ hash: hashOf('{ __typename }'), client: 'other-app' }),
  ]);
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(page).toContain('tributary_documents_asked_total{outcome="unlisted"} 4');
  expect(page).toContain('tributary_documents_asked_total{outcome="listed"} 3');
});

test('an id that no document has is told to the client, and counted', async () => {
  const { status, body } = await ask({ documentId: 'unknown' });
  expect([status, body]).toEqual([400, { errors: [requestError('DOCUMENT_NOT_FOUND')] }]);
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(page).toContain('tributary_documents_asked_total{outcome="unknown"} 1');
});

test('a trusted id beside another text is refused here too', async () => {
  const reason = 'The id that the request names is that of another document.';
  expect((await ask({ documentId: 'card', query: MAIL })).body).toEqual({
    errors: [requestError('BAD_REQUEST', { reason })],
  });
});

test('clients may store what is not listed, and need not store what is', async () => {
  const name = { data: { customer: { name: 'Ada Byron' } } };
  expect((await ask(persisted(hashOf(CARD)))).body).toEqual(name);
  expect((await ask({ query: CARD, ...persisted(hashOf(CARD)) })).body).toEqual(name);
  const mail = { data: { customer: { email: 'ada@example.test' } } };
  expect((await ask(persisted(hashOf(MAIL)))).body).toEqual({
    errors: [requestError('PERSISTED_QUERY_NOT_FOUND')],
  });
  expect((await ask({ query: MAIL, ...persisted(hashOf(MAIL)) })).body).toEqual(mail);
  expect((await ask(persisted(hashOf(MAIL)))).body).toEqual(mail);
});
