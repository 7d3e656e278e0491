/**
 * Where only listed documents are run: those that the manifests of frontends list are found by every id that clients
 * send, over POST, GET and a path of their own, and nothing else is run for anybody.
 */

import { createHash } from 'node:crypto';

import { requestError } from '../kit/expected-error.ts';
import { apolloManifest, manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { searchOf } from '../kit/search-of.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type HttpAnswer, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const CARD = 'query Card($id: ID!) { customer(id: $id) { name } }';
const ORDERS = 'query Orders($id: ID!) { customer(id: $id) { orders { id } } }';
const RENAME = 'mutation Rename($id: ID!) { renameCustomer(id: $id, name: "A") { name } }';
const BOTH = 'query One { customer(id: "1") { name } } query Two { customer(id: "2") { name } }';
const hashOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** As graphql-codegen, Relay and Apollo's tool number them. */
const IDS = {
  codegen: hashOf('sha1', CARD),
  codegenSha256: `sha256:${hashOf('sha256', ORDERS)}`,
  relay: hashOf('md5', RENAME),
  apollo: hashOf('sha256', BOTH),
};
const NAME = { data: { customer: { name: 'Ada Byron' } } };

let gateway: TestGateway;
let issuer: TokenIssuer;
let manifests: readonly ManifestFile[];

beforeAll(async () => {
  issuer = await createTokenIssuer();
  manifests = [
    manifestFile({ [IDS.codegen]: CARD, [IDS.codegenSha256]: ORDERS }),
    manifestFile(`{ "${IDS.relay}": ${JSON.stringify(RENAME)}, "__proto__": "query P { __typename }" }`),
    manifestFile(apolloManifest({ [IDS.apollo]: BOTH })),
  ];
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: {
      documents: {
        mode: 'only',
        manifests: manifests.map(({ file }) => ({ file })),
        bypassScope: 'documents:any',
      },
      identity: { issuers: [issuer.config] },
      batching: { enabled: true },
    },
  });
});

afterAll(async () => {
  await gateway.stop();
  for (const manifest of manifests) manifest.stop();
  issuer.stop();
});

type Parameters = Readonly<Record<string, unknown>>;

function post(body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
  return gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get(parameters: Parameters, path = '/graphql'): Promise<HttpAnswer> {
  return gateway.send(`${path}${searchOf(parameters)}`, {});
}

const persisted = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const variables = { id: '1' };

describe.each([
  ['POST', post],
  ['GET', (parameters: Parameters) => get(parameters)],
])('by %s', (_method, ask) => {
  test.each<[string, Parameters, unknown]>([
    ['documentId, an id of graphql-codegen', { documentId: IDS.codegen, variables }, NAME],
    [
      'documentId, a SHA-256 of graphql-codegen',
      { documentId: IDS.codegenSha256, variables },
      { data: { customer: { orders: [{ id: 'o1' }, { id: 'p1' }] } } },
    ],
    [
      'the SHA-256 of a document that is listed otherwise',
      { documentId: `sha256:${hashOf('sha256', CARD)}`, variables },
      NAME,
    ],
    ['doc_id', { doc_id: IDS.codegen, variables }, NAME],
    ['id', { id: IDS.codegen, variables }, NAME],
    ['the extension persistedQuery', { ...persisted(IDS.codegen), variables }, NAME],
    [
      'the operation of the document by its name',
      { documentId: IDS.codegen, operationName: 'Card', variables },
      NAME,
    ],
    ['one of the operations of the document', { documentId: IDS.apollo, operationName: 'One' }, NAME],
    ['the same id in two ways', { documentId: IDS.codegen, ...persisted(IDS.codegen), variables }, NAME],
    ['an id and the text that it names', { documentId: IDS.codegen, query: CARD, variables }, NAME],
    ['the text of a listed document alone', { query: CARD, variables }, NAME],
    ['an id that objects have', { documentId: '__proto__' }, { data: { __typename: 'Query' } }],
  ])('%s is answered', async (_what, parameters, expected) => {
    const { status, body } = await ask(parameters);
    expect([body, status]).toEqual([expected, 200]);
  });

  test.each<[string, Parameters]>([
    ['another text', { query: '{ customer(id: "1") { name } }' }],
    ['a listed text with a space more', { query: `${CARD} `, variables }],
    [
      'two texts of which one is listed',
      { query: `${CARD} query Other { __typename }`, operationName: 'Other' },
    ],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['__typename', { query: '{ __typename }' }],
    ['an unknown id', { documentId: 'f'.repeat(40) }],
    ['an unknown hash', persisted('f'.repeat(64))],
    [
      'a text with its own hash, to be stored',
      { query: '{ __typename }', ...persisted(hashOf('sha256', '{ __typename }')) },
    ],
    ['an unknown id beside an unlisted text', { documentId: 'f'.repeat(40), query: '{ __typename }' }],
    ['an id that every object has', { documentId: 'constructor' }],
    ['another one', { doc_id: 'toString' }],
    ['a huge id', { id: 'x'.repeat(10_000) }],
    ['an id that would like to be a line of the log', { documentId: 'x\n{"level":"fatal"}\u001b[31m' }],
    ['a subscription', { query: 'subscription { anything }' }],
  ])('%s is refused', async (_what, parameters) => {
    const { status, body } = await ask(parameters);
    expect([body, status]).toEqual([{ errors: [requestError('DOCUMENT_NOT_TRUSTED')] }, 403]);
  });

  test.each<[string, Parameters, string]>([
    [
      'a trusted id beside another text',
      { documentId: IDS.codegen, query: '{ customer(id: "1") { email } }', variables },
      'The id that the request names is that of another document.',
    ],
    [
      'a trusted hash beside another text',
      { ...persisted(IDS.codegen), query: '{ __typename }', variables },
      'The id that the request names is that of another document.',
    ],
    [
      'a trusted id beside the text of another trusted one',
      { id: IDS.codegen, query: ORDERS, variables },
      'The id that the request names is that of another document.',
    ],
    [
      'two ids',
      { documentId: IDS.codegen, doc_id: IDS.codegenSha256, variables },
      'The request names two documents by their ids.',
    ],
  ])('%s is refused, and nothing of it is run', async (_what, parameters, reason) => {
    const { status, body } = await ask(parameters);
    expect([body, status]).toEqual([{ errors: [requestError('BAD_REQUEST', { reason })] }, 400]);
  });
});

test('what is neither an id nor a document is no request', async () => {
  for (const body of [{}, { documentId: '' }, { documentId: 7 }, { variables }]) {
    const { status, body: answer } = await post(body);
    expect([status, answer]).toEqual([
      400,
      { errors: [requestError('BAD_REQUEST', {}, expect.any(String))] },
    ]);
  }
  const reason = 'The document must be a string.';
  expect((await post({ documentId: IDS.codegen, query: { kind: 'Document' } })).body).toEqual({
    errors: [requestError('BAD_REQUEST', { argument: 'query', reason })],
  });
});

test('a parameter that stands in a URL twice is refused: each reader would take another one', async () => {
  const reason = 'The parameter may stand in a URL once.';
  for (const name of ['documentId', 'query'] as const) {
    const search = `documentId=${IDS.codegen}&${name}=a&${name}=b`;
    const { status, body } = await gateway.send(`/graphql?${search}`, {});
    expect([status, body]).toEqual([
      400,
      { errors: [requestError('BAD_REQUEST', { argument: name, reason })] },
    ]);
  }
});

test('a document has a path of its own', async () => {
  const asked = { variables };
  expect((await get(asked, `/graphql/${IDS.codegen}`)).body).toEqual(NAME);
  expect((await get(asked, `/graphql/sha256:${hashOf('sha256', CARD)}`)).body).toEqual(NAME);
  const { status, body } = await get(asked, '/graphql/unknown');
  expect([status, body]).toEqual([403, { errors: [requestError('DOCUMENT_NOT_TRUSTED')] }]);
  const reason = 'The request names its document twice.';
  expect((await get({ ...asked, documentId: IDS.codegen }, `/graphql/${IDS.codegen}`)).body).toEqual({
    errors: [requestError('BAD_REQUEST', { reason })],
  });
});

test('a mutation is run by its id, and never by GET', async () => {
  expect((await post({ doc_id: IDS.relay, variables })).body).toEqual({
    data: { renameCustomer: { name: 'A' } },
  });
  for (const answer of [get({ doc_id: IDS.relay, variables }), get({ variables }, `/graphql/${IDS.relay}`)]) {
    const { status, headers } = await answer;
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  }
});

test('in a list each operation is judged alone, and none slips through', async () => {
  const unlisted = { query: '{ customer(id: "1") { email } }' };
  const refused = { errors: [requestError('DOCUMENT_NOT_TRUSTED')] };
  const { status, body } = await post([
    { documentId: IDS.codegen, variables },
    unlisted,
    { query: CARD, variables },
    persisted('f'.repeat(64)),
  ]);
  expect([status, body]).toEqual([200, [NAME, refused, NAME, refused]]);
  // Somebody else was allowed to, so that it is prepared.
  const developer = `Bearer ${await issuer.token({ scope: 'documents:any' })}`;
  for (const _time of [1, 2]) expect((await post([unlisted], { authorization: developer })).status).toBe(200);
  expect((await post([unlisted])).body).toEqual([refused]);
  const mutations = await post([
    { doc_id: IDS.relay, variables },
    { doc_id: IDS.relay, variables },
  ]);
  const renamed = { data: { renameCustomer: { name: 'A' } } };
  expect(mutations.body).toEqual([renamed, renamed]);
});

test('cookies and a GET by id need what other reads by GET need', async () => {
  const path = `/graphql?documentId=${IDS.codegen}&variables=${JSON.stringify(variables)}`;
  const { status } = await gateway.send(path, { headers: { cookie: 'session=1' } });
  expect(status).toBe(400);
});

test('who holds the scope for it may ask anything, and nobody else', async () => {
  const query = '{ customer(id: "1") { email } }';
  const bearing = async (claims: Record<string, unknown>) => ({
    authorization: `Bearer ${await issuer.token(claims)}`,
  });
  const developer = await bearing({ scope: 'documents:any' });
  expect((await post({ query }, developer)).body).toEqual({
    data: { customer: { email: 'ada@example.test' } },
  });
  // Their client may try a hash first, and gets to send the text.
  const hash = hashOf('sha256', query);
  expect((await post(persisted(hash), developer)).body).toEqual({
    errors: [requestError('PERSISTED_QUERY_NOT_FOUND')],
  });
  expect((await post({ query, ...persisted(hash) }, developer)).status).toBe(200);
  expect((await post(persisted(hash), developer)).body).toEqual({
    errors: [requestError('PERSISTED_QUERY_NOT_FOUND')],
  });
  expect((await post({ query }, await bearing({ scope: 'documents:other' }))).status).toBe(403);
});

test('each refused document is told to operators once, in one line that is JSON', async () => {
  const query = 'query Once { __typename }';
  for (const _time of [1, 2]) await post({ query }, { 'apollographql-client-name': 'shop-app' });
  const told = gateway.logged().filter(({ msg }) => String(msg).startsWith('document refused'));
  expect(told.filter(({ operationName }) => operationName === 'Once')).toEqual([
    expect.objectContaining({
      level: 'warn',
      hash: hashOf('sha256', query),
      operationName: 'Once',
      client: 'shop-app',
    }),
  ]);
  expect(told.filter(({ id }) => String(id).length > 101)).toEqual([]);
  expect(gateway.logged().filter(({ level }) => level === 'fatal')).toEqual([]);
});

test('what became of the requests is counted', async () => {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  const counted = Object.fromEntries(
    [...page.matchAll(/^tributary_documents_asked_total\{outcome="(\w+)"\} (\d+)$/gm)].map(
      ([, outcome, count]) => [outcome, Number(count)],
    ),
  );
  expect(Object.entries(counted).filter(([, count]) => count === 0)).toEqual([
    ['unlisted', 0],
    ['unknown', 0],
  ]);
  expect(page).toContain('tributary_trusted_documents{state="usable"} 5');
});
