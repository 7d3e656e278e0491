/**
 * The clients of frontends with the settings that their documentation shows for persisted documents: Apollo Client's
 * link, urql's exchange, and what Relay's network layer sends. Each is watched at the door, request by request.
 */

import { createHash } from 'node:crypto';

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { parse, print } from 'graphql';

import { apolloManifest, manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

/** As clients print it. */
const CARD = print(parse('query Card($id: ID!) { customer(id: $id) { __typename name } }'));
const NAME = { customer: { __typename: 'Customer', name: 'Ada Byron' } };
const variables = { id: '1' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let gateway: TestGateway;
let manifest: ManifestFile | undefined;
let sent: string[] = [];

afterEach(async () => {
  await gateway.stop();
  manifest?.stop();
  manifest = undefined;
  sent = [];
});

async function start(documents: NonNullable<GatewaySetup['config']>['documents'] = {}): Promise<void> {
  gateway = await startGateway({ subgraphs: [crm, accounting, shop], config: { documents } });
}

const trusting = (listed: unknown) => {
  manifest = manifestFile(listed);
  return { mode: 'only' as const, manifests: [{ file: manifest.file }] };
};

/** What was sent, in a few words. */
const watchedFetch: typeof fetch = (input, init = {}) => {
  // Reason for the casts: these clients name a URL and send nothing but text.
  const asked = `${input as string} ${(init.body as string | undefined) ?? ''}`;
  const what = [/persistedQuery/, /[?"]?\bquery"?[:=]/, /documentId|doc_id/]
    .map((part, index) => (part.test(asked) ? ['hash', 'text', 'id'][index] : undefined))
    .filter((word) => word !== undefined);
  sent.push(`${init.method ?? 'GET'} ${what.join(' and ')}`);
  return fetch(input, init);
};

function apolloClient(link?: ApolloLink): ApolloClient {
  const http = new HttpLink({ uri: `${gateway.url}/graphql`, fetch: watchedFetch });
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: link === undefined ? http : ApolloLink.from([link, http]),
  });
}

const askApollo = (client: ApolloClient, text = CARD) =>
  client.query({ query: parse(text), variables, fetchPolicy: 'network-only' }).then(
    ({ data }) => data,
    (error: unknown) => error,
  );

test.each([
  ['by POST', false, ['POST hash', 'POST hash and text', 'POST hash', 'POST hash']],
  ['by GET', true, ['GET hash', 'POST hash and text', 'GET hash', 'GET hash']],
])('Apollo Client stores a document once, %s', async (_how, useGETForHashedQueries, expected) => {
  await start();
  const client = apolloClient(new PersistedQueryLink({ sha256, useGETForHashedQueries }));
  for (const _time of [1, 2, 3]) expect(await askApollo(client)).toEqual(NAME);
  expect(sent).toEqual(expected);
});

test('Apollo Client asks a trusted document by the id of its manifest, and by no other way', async () => {
  await start(trusting(apolloManifest({ 'card-7': CARD })));
  const client = apolloClient(new PersistedQueryLink({ generateHash: () => 'card-7' }));
  expect(await askApollo(client)).toEqual(NAME);
  expect(sent).toEqual(['POST hash']);
  expect(await askApollo(apolloClient())).toEqual(NAME);
  const unlisted = new PersistedQueryLink({ sha256 });
  expect(await askApollo(apolloClient(unlisted), '{ __typename }')).toMatchObject({
    errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }],
  });
  expect(sent.slice(2)).toEqual(['POST hash']);
});

test('Apollo Client goes on with whole documents where none is stored', async () => {
  await start({ automatic: { enabled: false } });
  const client = apolloClient(new PersistedQueryLink({ sha256 }));
  for (const _time of [1, 2]) expect(await askApollo(client)).toEqual(NAME);
  expect(sent).toEqual(['POST hash', 'POST text', 'POST text']);
});

function urqlClient(...exchanges: ConstructorParameters<typeof Client>[0]['exchanges']): Client {
  return new Client({
    url: `${gateway.url}/graphql`,
    fetch: watchedFetch,
    exchanges: [...exchanges, fetchExchange],
    requestPolicy: 'network-only',
  });
}

test('urql stores a document once', async () => {
  await start();
  const client = urqlClient(persistedExchange({ preferGetForPersistedQueries: true }));
  for (const _time of [1, 2]) {
    const { data, error } = await client.query(CARD, variables).toPromise();
    expect([data, error]).toEqual([NAME, undefined]);
  }
  expect(sent).toEqual(['GET hash', expect.stringMatching(/^(?:GET|POST) hash and text$/), 'GET hash']);
});

/** Elsewhere urql wants to see what kind of operation it is, which such a document does not say. */
async function inProduction<Result>(work: () => Promise<Result>): Promise<Result> {
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    return await work();
  } finally {
    process.env['NODE_ENV'] = NODE_ENV;
  }
}

test('urql asks a document of graphql-codegen by its documentId', async () => {
  const documentId = createHash('sha1').update(CARD).digest('hex');
  await start(trusting({ [documentId]: CARD }));
  // Reason for the cast: the client preset writes it so, in the mode replaceDocumentWithHash.
  const document = { kind: 'Document', definitions: [], documentId } as unknown as ReturnType<typeof parse>;
  const { data, error } = await inProduction(() => urqlClient().query(document, variables).toPromise());
  expect([data, error]).toEqual([NAME, undefined]);
  expect(sent).toEqual([expect.stringMatching(/^(?:GET|POST) id$/)]);
});

test('Relay’s network layer asks by doc_id', async () => {
  const id = createHash('md5').update(CARD).digest('hex');
  await start(trusting({ [id]: CARD }));
  const { body } = await gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ doc_id: id, query: null, variables }),
  });
  expect(body).toEqual({ data: NAME });
});
