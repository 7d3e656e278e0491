/**
 * Automatic persisted queries: a client asks by the hash alone, sends the document when it must, and from then on the
 * hash is enough. What is stored is valid and bounded, and nobody can put another document under a hash.
 */

import { createHash } from 'node:crypto';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { requestError } from '../kit/expected-error.ts';
import { startRedis } from '../kit/redis-server.ts';
import { searchOf } from '../kit/search-of.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { ASKS } from '../kit/transports.ts';
import { startGateway, type HttpAnswer, type TestGateway } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const CARD = 'query Card($id: ID!) { customer(id: $id) { name } }';
const NAME = { data: { customer: { name: 'Ada Byron' } } };
const NOT_FOUND = { errors: [requestError('PERSISTED_QUERY_NOT_FOUND')] };
const variables = { id: '1' };
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

type Parameters = Readonly<Record<string, unknown>>;

function post(gateway: TestGateway, body: Parameters, headers = {}): Promise<HttpAnswer> {
  return gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function get(gateway: TestGateway, parameters: Parameters): Promise<HttpAnswer> {
  // Apollo Client describes a body that a GET has not got.
  return gateway.send(`/graphql${searchOf(parameters)}`, { headers: { 'content-type': 'application/json' } });
}

async function sample(gateway: TestGateway, name: string): Promise<number> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
}

describe('with the defaults', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
  });
  afterEach(() => gateway.stop());

  test.each(Object.keys(ASKS).filter((name) => name !== 'http-post' && name !== 'http-get'))(
    'over %s too',
    async (transport) => {
      const ask = ASKS[transport]!;
      const byHash = { ...persisted(hashOf(CARD)), variables };
      // These clients send no question without a document.
      const alone = { ...byHash, query: '' };
      expect(await ask(gateway.url, alone)).toEqual(NOT_FOUND);
      expect(await ask(gateway.url, { ...byHash, query: CARD })).toEqual(NAME);
      expect(await ask(gateway.url, alone)).toEqual(NAME);
    },
  );

  test.each([
    ['POST', post],
    ['GET', get],
  ])('by %s the hash is unknown, then comes with its document, then is enough', async (_method, ask) => {
    const byHash = { ...persisted(hashOf(CARD)), variables };
    const first = await ask(gateway, byHash);
    expect([first.status, first.body, first.headers.get('cache-control')]).toEqual([
      200,
      NOT_FOUND,
      'no-store',
    ]);
    expect((await post(gateway, { ...byHash, query: CARD })).body).toEqual(NAME);
    const then = await ask(gateway, byHash);
    expect([then.status, then.body]).toEqual([200, NAME]);
    expect((await ask(gateway, { ...byHash, operationName: 'Card' })).body).toEqual(NAME);
  });

  test('what went the short way before is stored like what is new', async () => {
    for (const _time of [1, 2]) await post(gateway, { query: CARD, variables });
    await post(gateway, { query: CARD, ...persisted(hashOf(CARD)), variables });
    expect((await post(gateway, { ...persisted(hashOf(CARD)), variables })).body).toEqual(NAME);
  });

  test.each([
    ['of another document', hashOf('{ __typename }')],
    ['in capitals', hashOf(CARD).toUpperCase()],
    ['that is none', 'x'],
    ['that is no text', { toString: 'x' }],
    ['that is missing', undefined],
  ])('a document with a hash %s is refused and not stored', async (_what, hash) => {
    const { status, body } = await post(gateway, { query: CARD, ...persisted(hash), variables });
    const reason = 'provided sha does not match query';
    expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
    expect((await post(gateway, { ...persisted(hashOf(CARD)), variables })).body).toEqual(NOT_FOUND);
    expect(await sample(gateway, 'tributary_automatic_documents_kept')).toBe(0);
  });

  test.each(['__proto__', 'constructor', 'x'.repeat(100_000), 'a\nb', 'f'.repeat(64)])(
    'a hash alone that nobody has stored is told to be unknown: %.20s',
    async (hash) => {
      expect((await post(gateway, { ...persisted(hash), variables })).body).toEqual(NOT_FOUND);
    },
  );

  test('another version of the protocol is refused', async () => {
    const reason = 'Unsupported persisted query version';
    for (const version of [2, '1', null]) {
      const { status, body } = await post(gateway, persisted(hashOf(CARD), version));
      expect([status, body]).toEqual([400, { errors: [requestError('BAD_REQUEST', { reason })] }]);
    }
  });

  test.each([
    ['is no GraphQL', '{ customer('],
    ['does not fit the schema', '{ customer(id: "1") { nome } }'],
    [
      'is larger than allowed',
      `{ ${Array.from({ length: 60 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    ],
    ['is a mutation by GET', 'mutation { renameCustomer(id: "1", name: "B") { name } }'],
  ])('a document that %s is refused as ever and not stored', async (_what, query) => {
    const ask = query.startsWith('mutation') ? get : post;
    const { body } = await ask(gateway, { query, ...persisted(hashOf(query)) });
    expect(body).toHaveProperty('errors');
    expect((await post(gateway, persisted(hashOf(query)))).body).toEqual(NOT_FOUND);
  });

  test('a mutation that was stored by POST is not run by GET', async () => {
    const query = 'mutation { renameCustomer(id: "1", name: "B") { name } }';
    expect((await post(gateway, { query, ...persisted(hashOf(query)) })).status).toBe(200);
    const { status, headers } = await get(gateway, persisted(hashOf(query)));
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('other extensions beside the hash mean what they mean', async () => {
    const extensions = { ...persisted(hashOf(CARD)).extensions, idempotencyKey: 'not a key', other: 1 };
    const { status, body } = await post(gateway, { query: CARD, variables, extensions });
    expect([status, body]).toEqual([
      400,
      {
        errors: [
          requestError('BAD_REQUEST', { argument: 'extensions.idempotencyKey', reason: expect.any(String) }),
        ],
      },
    ]);
  });

  test('a parameter named id is nothing where no document is trusted', async () => {
    expect(
      (await post(gateway, { query: CARD, variables, id: 'x', doc_id: 'y', documentId: 'z' })).body,
    ).toEqual(NAME);
  });
});

test('a flood of documents leaves no more than what may be kept', async () => {
  const gateway = await startGateway({
    subgraphs: [crm],
    config: { documents: { automatic: { maxBytes: 100_000, maxDocuments: 50 } } },
  });
  try {
    const small = (number: number) => `query S${number} { __typename }`;
    const large = (number: number) => `query L${number} { __typename } #${'x'.repeat(20_000)}`;
    const store = (query: string) => post(gateway, { query, ...persisted(hashOf(query)) });
    for (let number = 0; number < 80; number += 1) await store(small(number));
    expect(await sample(gateway, 'tributary_automatic_documents_kept')).toBe(50);
    for (let number = 0; number < 10; number += 1) await store(large(number));
    expect(await sample(gateway, 'tributary_automatic_documents_bytes')).toBeLessThanOrEqual(100_000);
    expect((await post(gateway, persisted(hashOf(large(9))))).body).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await post(gateway, persisted(hashOf(small(1))))).body).toEqual(NOT_FOUND);
    // One that is larger than all that may be kept is answered and displaces nothing.
    const huge = `{ __typename } #${'x'.repeat(60_000)}`;
    expect((await store(huge)).body).toEqual({ data: { __typename: 'Query' } });
    expect((await post(gateway, persisted(hashOf(large(9))))).body).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await post(gateway, persisted(hashOf(huge)))).body).toEqual(NOT_FOUND);
  } finally {
    await gateway.stop();
  }
});

test('where clients may store nothing, they are told so, and what they send whole is answered', async () => {
  const gateway = await startGateway({
    subgraphs: [crm],
    config: { documents: { automatic: { enabled: false } } },
  });
  try {
    const byHash = { ...persisted(hashOf(CARD)), variables };
    const notSupported = { errors: [requestError('PERSISTED_QUERY_NOT_SUPPORTED')] };
    expect((await post(gateway, byHash)).body).toEqual(notSupported);
    expect((await post(gateway, { ...byHash, query: CARD })).body).toEqual(NAME);
    expect((await post(gateway, byHash)).body).toEqual(notSupported);
    expect((await get(gateway, byHash)).body).toEqual(notSupported);
  } finally {
    await gateway.stop();
  }
});

test('what one gateway stored the others know, and a Redis that is away costs a second request at most', async () => {
  const redis = await startRedis();
  const config = { store: { redisUrl: redis.url } };
  const [one, other, third] = await Promise.all(
    [1, 2, 3].map(() => startGateway({ subgraphs: [crm], config })),
  );
  try {
    const byHash = { ...persisted(hashOf(CARD)), variables };
    await post(one!, { ...byHash, query: CARD });
    expect(
      await isTrueWithin(async () => 'data' in Object((await post(other!, byHash)).body), PATIENCE_MS),
    ).toBe(true);
    await redis.kill();
    expect((await post(one!, byHash)).body).toEqual(NAME);
    expect((await post(other!, byHash)).body).toEqual(NAME);
    expect((await post(third!, byHash)).body).toEqual(NOT_FOUND);
    expect((await post(third!, { ...byHash, query: CARD })).body).toEqual(NAME);
    expect((await post(third!, byHash)).body).toEqual(NAME);
  } finally {
    for (const gateway of [one, other, third]) await gateway?.stop();
    await redis.stop();
  }
});
