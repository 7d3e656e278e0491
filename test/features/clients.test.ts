/**
 * The clients of frontends with their default settings: queries by POST and by GET, mistakes, and subscriptions, each
 * by the library itself.
 */

import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { parse } from 'graphql';
import { GraphQLClient } from 'graphql-request';
import { createClient as createSocketClient } from 'graphql-ws';
import {
  Environment,
  fetchQuery,
  Network,
  RecordSource,
  Store,
  type FetchFunction,
  type GraphQLResponse,
} from 'relay-runtime';
import { WebSocket } from 'ws';

import { eventually } from '../kit/eventually.ts';
import { RELAY_CARD } from '../kit/relay-card.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { startNews, type NewsGateway } from '../kit/start-news.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const CARD = 'query Card($id: ID!) { customer(id: $id) { name } }';
const ADA = { customer: { name: 'Ada Byron' } };
const variables = { id: '1' };
const NEWS = 'subscription News { orderChanged { id customer { name } } }';

let gateway: TestGateway;
let url: string;
let methods: string[] = [];

const watchedFetch: typeof fetch = (input, init = {}) => {
  methods.push(init.method ?? 'GET');
  return fetch(input, init);
};

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
  url = `${gateway.url}/graphql`;
});
afterAll(() => gateway.stop());
beforeEach(() => (methods = []));

const apolloClient = (useGETForQueries: boolean) =>
  new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: url, fetch: watchedFetch, useGETForQueries }),
  });

test.each([
  ['POST', false],
  ['GET', true],
])('Apollo Client asks by %s', async (method, useGETForQueries) => {
  const { data } = await apolloClient(useGETForQueries).query({ query: parse(CARD), variables });
  expect(data).toMatchObject(ADA);
  expect(methods).toEqual([method]);
});

test('Apollo Client tells a mistake by its code', async () => {
  const asked = apolloClient(false).query({ query: parse('{ nothing }') });
  await expect(asked).rejects.toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test.each([
  ['POST', { preferGetMethod: false }],
  ['GET', { preferGetMethod: true }],
] as const)('urql asks by %s', async (method, settings) => {
  const client = new Client({
    url,
    fetch: watchedFetch,
    exchanges: [cacheExchange, fetchExchange],
    ...settings,
  });
  const { data, error } = await client.query(CARD, variables).toPromise();
  expect([data, error]).toEqual([{ customer: { ...ADA.customer, __typename: 'Customer' } }, undefined]);
  expect(methods).toEqual([method]);
});

test('urql shows what is not deferred first, by itself', async () => {
  const client = new Client({ url, exchanges: [fetchExchange] });
  const shown: unknown[] = [];
  const query = 'query ($id: ID!) { customer(id: $id) { name ... @defer { rating } } }';
  await new Promise<void>((resolve) => {
    client.query(query, variables).subscribe(({ data, error, hasNext }) => {
      shown.push({ data: structuredClone(data), error, hasNext });
      if (!hasNext) resolve();
    });
  });
  expect(shown).toEqual([
    { data: { customer: { name: 'Ada Byron' } }, hasNext: true },
    { data: { customer: { name: 'Ada Byron', rating: 'GOOD' } }, hasNext: false },
  ]);
});

test.each(['POST', 'GET'] as const)('graphql-request asks by %s', async (method) => {
  const client = new GraphQLClient(url, { fetch: watchedFetch, method });
  expect(await client.request(CARD, variables)).toEqual(ADA);
  expect(methods).toEqual([method]);
});

test('Relay asks by what its network layer sends', async () => {
  const ask: FetchFunction = async ({ text }, asked) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: text, variables: asked }),
    });
    // Reason for the cast: what it is, Relay looks at itself.
    return (await response.json()) as GraphQLResponse;
  };
  const environment = new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });
  expect(await fetchQuery(environment, RELAY_CARD, variables).toPromise()).toEqual(ADA);
});

describe('where tokens count', () => {
  let issuer: TokenIssuer;
  let news: NewsGateway;
  let events: unknown[] = [];
  beforeAll(async () => {
    issuer = await createTokenIssuer();
    news = await startNews(issuer);
  });
  afterAll(async () => {
    await news.gateway.stop();
    issuer.stop();
  });
  beforeEach(() => (events = []));

  const newsUrl = () => `${news.gateway.url}/graphql`;
  const socketClient = () =>
    createSocketClient({
      url: newsUrl().replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 0,
    });

  async function hears(first: unknown): Promise<void> {
    await news.hears(1);
    news.events.publish('o1');
    await eventually(() => events.length > 0, 'an event');
    expect(events).toEqual([first]);
  }

  test('Apollo Client reads the code of what is refused before anything is read', async () => {
    const codesOf = async (id: string, headers: Record<string, string>) => {
      const link = new HttpLink({ uri: newsUrl(), headers });
      const client = new ApolloClient({ cache: new InMemoryCache(), link });
      const asked = client.query({ query: parse(CARD), variables: { id } });
      const failure: unknown = await asked.catch((error: unknown) => error);
      return CombinedGraphQLErrors.is(failure) && failure.errors.map((each) => each.extensions?.['code']);
    };
    const refused = [
      await codesOf('1', { authorization: 'Bearer none' }),
      await codesOf('1'.repeat(2e6), {}),
    ];
    expect(refused).toEqual([['UNAUTHENTICATED'], ['PAYLOAD_TOO_LARGE']]);
  });

  test('a subscription of Apollo Client over WebSocket', async () => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new GraphQLWsLink(socketClient()),
    });
    const running = client
      .subscribe({ query: parse(NEWS) })
      .subscribe({ next: ({ data }) => void events.push(data) });
    await hears(expect.objectContaining({ orderChanged: expect.objectContaining({ id: 'o1' }) }));
    running.unsubscribe();
    await news.hears(0);
  });

  test('a subscription of urql over WebSocket', async () => {
    const socket = socketClient();
    const exchange = subscriptionExchange({
      forwardSubscription: ({ query = '', variables: given }) => ({
        subscribe: (sink) => ({
          // Reason for the cast: the two libraries' observers differ in what TypeScript calls exact.
          unsubscribe: socket.subscribe({ query, variables: given as never }, sink as never),
        }),
      }),
    });
    const client = new Client({ url: newsUrl(), preferGetMethod: false, exchanges: [exchange] });
    const running = client.subscription(NEWS, {}).subscribe(({ data }) => void events.push(data));
    await hears(expect.objectContaining({ orderChanged: expect.objectContaining({ id: 'o1' }) }));
    running.unsubscribe();
    await news.hears(0);
  });

  test('a subscription of urql as an event stream', async () => {
    const client = new Client({
      url: newsUrl(),
      preferGetMethod: false,
      fetchSubscriptions: true,
      exchanges: [fetchExchange],
    });
    const running = client.subscription(NEWS, {}).subscribe(({ data }) => void events.push(data));
    await hears(expect.objectContaining({ orderChanged: expect.objectContaining({ id: 'o1' }) }));
    running.unsubscribe();
    await news.hears(0);
  });
});
