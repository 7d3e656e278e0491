/**
 * Live updates as frontends get them: an event of one system, the rest of it resolved over the others, over every
 * transport to the client and both from the subgraph; and what is wrong with an event, told as in any answer.
 */

import type { SubscribePayload } from 'graphql-ws';

import { bodyOfSubscription, type CallerProof } from '../../schema/contract/event-streams.ts';
import { createCallerKeys } from '../kit/caller-keys.ts';
import { eventually } from '../kit/eventually.ts';
import { requestError } from '../kit/expected-error.ts';
import type { ReceivedCall } from '../kit/fake-subgraph.ts';
import { orderNews } from '../kit/order-news.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS, SUBSCRIBES } from '../kit/transports.ts';

const PROTOCOLS = ['sse', 'websocket'] as const;
const QUERY = `subscription News($customer: ID, $short: Boolean = false) {
  news: orderChanged(customer: $customer) {
    ...Facts
    total @skip(if: $short)
    customer { called: name }
  }
}
fragment Facts on Order { __typename id billing }`;

const news = orderNews();
const gateways = new Map<string, TestGateway>();
const of = (protocol: string) => gateways.get(protocol)!;

beforeAll(async () => {
  for (const protocol of PROTOCOLS) {
    const config = { subgraphs: { defaults: { subscriptions: { protocol } } } };
    gateways.set(protocol, await startGateway({ subgraphs: news.subgraphs, config }));
  }
});
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.stop();
});

async function hears(count: number): Promise<void> {
  await eventually(() => news.events.listening() === count, `${count} streams`);
}

const ways = Object.keys(SUBSCRIBES).flatMap((transport) =>
  PROTOCOLS.map((protocol) => [transport, protocol] as const),
);

test.each(ways)(
  'over %s, from a subgraph over %s, an event has what three systems know',
  async (transport, protocol) => {
    const client = SUBSCRIBES[transport]!(of(protocol).url, { query: QUERY, variables: { customer: '1' } });
    const first = client.next();
    await hears(1);
    news.events.publish('o1');
    expect(await first).toEqual({
      data: {
        news: {
          __typename: 'Order',
          id: 'o1',
          billing: 'of 120',
          total: 120,
          customer: { called: 'Customer 1' },
        },
      },
    });
    const second = client.next();
    news.events.publish('o2');
    expect(await second).toMatchObject({ data: { news: { id: 'o2', customer: { called: 'Customer 2' } } } });
    await client.stop();
    await hears(0);
  },
);

test.each(ways)(
  'over %s, from %s, what is wrong with one event is told in it, and the next one comes',
  async (transport, protocol) => {
    const client = SUBSCRIBES[transport]!(of(protocol).url, {
      query: QUERY,
      variables: { short: true },
    });
    const answers = [client.next()];
    await hears(1);
    news.events.publish('o9');
    news.events.publish(new Error('password=hunter2'));
    news.events.publish('o3');
    answers.push(client.next(), client.next());
    const facts = { subgraph: 'crm', team: 'sales-operations', reason: 'unknown entity', retryable: false };
    expect(await Promise.all(answers)).toEqual([
      {
        data: { news: null },
        errors: [
          {
            ...requestError('SUBGRAPH_RESPONSE_INVALID'),
            path: ['news', 'customer', 'called'],
            extensions: { code: 'SUBGRAPH_RESPONSE_INVALID', requestId: expect.any(String), ...facts },
          },
        ],
      },
      {
        data: { news: null },
        errors: [
          {
            message: expect.any(String),
            path: ['news'],
            extensions: {
              code: 'SUBGRAPH_FAILED',
              subgraph: 'shop',
              team: 'commerce',
              retryable: false,
              requestId: expect.any(String),
            },
          },
        ],
      },
      {
        data: {
          news: { __typename: 'Order', id: 'o3', billing: 'of 120', customer: { called: 'Customer 3' } },
        },
      },
    ]);
    await client.stop();
    await hears(0);
  },
);

test.each(ways)(
  'over %s, from %s, a subscription that its owner refuses is told so and ends',
  async (transport, protocol) => {
    const client = SUBSCRIBES[transport]!(of(protocol).url, { query: 'subscription { refused { id } }' });
    expect([await client.next(), await client.next()]).toMatchObject([
      {
        data: { refused: null },
        errors: [{ path: ['refused'], extensions: { code: 'FORBIDDEN', subgraph: 'shop' } }],
      },
      undefined,
    ]);
    await client.stop();
  },
);

test.each(Object.keys(SUBSCRIBES))('over %s, @defer in a subscription is refused', async (transport) => {
  const query = 'subscription { orderChanged { id ... @defer { total } } }';
  expect(await ASKS[transport]!(of('sse').url, { query })).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

const OPERATIONS = {
  'a query': { query: '{ order(id: "o1") { id billing customer { name email } } }' },
  'a query whose variables do not fit': { query: 'query($id: ID!) { order(id: $id) { id } }' },
  'a query that fails in part': { query: '{ order(id: "o9") { id customer { name } } }' },
  'no GraphQL': { query: '{' },
  'a field that there is not': { query: '{ nothing }' },
  'the way of the gateway itself': { query: '{ _entities(representations: []) { __typename } }' },
  'a mutation': { query: 'mutation { ship(id: "o1") { id billing } }' },
  'a mutation under a key': {
    query: 'mutation { ship(id: "o2") { id } }',
    extensions: { idempotencyKey: 'one' },
  },
  'a mutation under what is no key': {
    query: 'mutation { ship(id: "o2") { id } }',
    extensions: { idempotencyKey: '' },
  },
};

test.each(Object.entries(OPERATIONS))(
  '%s has the same answer over every transport',
  async (_what, question) => {
    const { url } = of('sse');
    const expected = withoutId(await ASKS['http-post']!(url, question));
    for (const transport of Object.keys(SUBSCRIBES)) {
      const answers = [await ASKS[transport]!(url, question), await ASKS[transport]!(url, question)];
      expect([transport, ...answers.map(withoutId)]).toEqual([transport, expected, expected]);
    }
  },
);

function withoutId(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (key === 'requestId' ? '' : value));
}

test.each(PROTOCOLS)('each stream over %s carries a proof of its own of who asks', async (protocol) => {
  const keys = await createCallerKeys(['shop', 'crm', 'accounting']);
  const own = orderNews();
  const gateway = await startGateway({
    subgraphs: own.subgraphs,
    config: {
      callerProof: { keysFile: keys.keysFile },
      subgraphs: { defaults: { subscriptions: { protocol } } },
    },
  });
  const client = SUBSCRIBES['sse']!(gateway.url, { query: QUERY });
  const first = client.next();
  await eventually(() => own.events.listening() === 1, 'the stream');
  own.events.publish('o1');
  expect(await first).toMatchObject({ data: { news: { id: 'o1' } } });
  const opened = gateway.subgraphs
    .get('shop')!
    .received.find(({ headers }) => headers.accept === 'text/event-stream');
  const call = opened ?? callOf(own.events.subscribed[0]);
  expect(keys.verdictOn('shop', call)).toMatchObject({ kind: 'valid' });
  expect(await keys.claimsOf('shop', call)).toMatchObject({ aud: 'shop', sub: 'anonymous' });
  await client.stop();
  await gateway.stop();
  keys.stop();
});

/** The call that a `subscribe` message would be. */
function callOf(payload: unknown): ReceivedCall {
  // Reason for the casts: the test looks at what the gateway has sent, and fails where it is something else.
  const { query, variables, extensions } = payload as SubscribePayload;
  const rawBody = bodyOfSubscription(query, variables ?? {});
  // Reason for the cast: the same.
  const proof = extensions?.['callerProof'] as CallerProof;
  return { path: '/graphql?from=gateway', headers: { ...proof }, rawBody, body: { query } };
}

test('the engine "apollo" says that it has no subscriptions', async () => {
  process.env['TRIBUTARY_TEST_ENGINE'] = 'apollo';
  const gateway = await startGateway({ subgraphs: news.subgraphs }).finally(() => {
    delete process.env['TRIBUTARY_TEST_ENGINE'];
  });
  for (const transport of Object.keys(SUBSCRIBES)) {
    expect(await ASKS[transport]!(gateway.url, { query: QUERY })).toMatchObject({
      errors: [
        { message: expect.stringContaining('engine is "apollo"'), extensions: { code: 'BAD_REQUEST' } },
      ],
    });
    const query = '{ order(id: "o1") { id } }';
    expect(await ASKS[transport]!(gateway.url, { query })).toEqual({ data: { order: { id: 'o1' } } });
  }
  await gateway.stop();
});

test('a subscription that is asked like a query is told where it is answered', async () => {
  const { url } = of('sse');
  expect(await ASKS['http-post']!(url, { query: QUERY })).toMatchObject({
    errors: [{ message: expect.stringContaining('WebSocket'), extensions: { code: 'BAD_REQUEST' } }],
  });
  expect(news.events.listening()).toBe(0);
});
