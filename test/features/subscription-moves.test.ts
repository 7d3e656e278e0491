/**
 * What becomes of a running subscription when another supergraph takes over: its stream goes on where its owner is asked
 * the same, and the client is told where it is another one.
 */

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { honest, serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { newsCrm } from '../kit/order-news.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { composed } from '../kit/start-gateway.ts';
import { startNews, type NewsGateway } from '../kit/start-news.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const otherCrm = honest('crm', newsCrm.sdl, {
  Query: { customers: () => 3 },
  Customer: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Guest ${id}`, email: null }) },
});

let issuer: TokenIssuer;
let news: NewsGateway;
let other: ServedSubgraph;
beforeAll(async () => {
  issuer = await createTokenIssuer();
  other = await serve(otherCrm);
});
afterAll(async () => {
  issuer.stop();
  await other.stop();
});
afterEach(() => news.gateway.stop());

const eventOf = (number: number, name: string) => ({
  data: {
    orderChanged: { id: `o${number}`, margin: 7, customer: { name: `${name} ${number}`, email: null } },
  },
});

/** The supergraph in which subgraphs stand at other addresses. */
const withUrls = (urls: Readonly<Record<string, string>>) =>
  composed(
    [...news.gateway.subgraphs.values()].map((each) => ({ ...each, url: urls[each.name] ?? each.url })),
  );

describe.each(['sse', 'websocket'] as const)('from a subgraph over %s', (protocol) => {
  const subgraphs = { overrides: { shop: { subscriptions: { protocol } } } };
  const opened = () =>
    news.events.subscribed.length +
    news.gateway.subgraphs
      .get('shop')!
      .received.filter(({ headers }) => headers.accept === 'text/event-stream').length;

  test('a stream of which the same would be asked goes on: each event comes once, and the old supergraph is let go', async () => {
    news = await startNews(issuer, { subgraphs });
    const client = await news.subscribe('websocket');
    let count = 10;
    const next = async () => {
      const coming = client.next();
      news.events.publish(`o${(count += 1)}`);
      return JSON.stringify(await coming);
    };
    const first = client.next();
    await news.hears(1);
    news.events.publish('o10');
    expect(await first).toEqual(eventOf(10, 'Customer'));
    await news.gateway.replace(withUrls({ crm: other.url }));
    // As long as it takes until it is resolved by the new one.
    let event = await next();
    while (event === JSON.stringify(eventOf(count, 'Customer'))) event = await next();
    expect(event).toBe(JSON.stringify(eventOf(count, 'Guest')));
    const crm = news.gateway.subgraphs.get('crm')!;
    expect(await isTrueWithin(async () => (await crm.connections()) === 0, PATIENCE_MS)).toBe(true);
    expect(await next()).toBe(JSON.stringify(eventOf(count, 'Guest')));
    expect([opened(), news.events.listening()]).toEqual([1, 1]);
    await client.stop();
    await news.hears(0);
    const shop = news.gateway.subgraphs.get('shop')!;
    expect(await isTrueWithin(async () => (await shop.connections()) === 0, PATIENCE_MS)).toBe(true);
  });

  test('where the owner is asked elsewhere, the first event of the new stream says that others may be missing', async () => {
    news = await startNews(issuer, { subgraphs });
    const client = await news.subscribe('sse');
    const first = client.next();
    await news.hears(1);
    news.events.publish('o1');
    expect(await first).toEqual(eventOf(1, 'Customer'));
    const release = news.events.hold();
    const { url } = news.gateway.subgraphs.get('shop')!;
    await news.gateway.replace(withUrls({ shop: `${url}&again` }));
    // The new one is heard of, and the old one is closed.
    await news.hears(0);
    news.events.publish('o2');
    release();
    await news.hears(1);
    const moved = client.next();
    news.events.publish('o3');
    expect(await moved).toEqual({ ...eventOf(3, 'Customer'), extensions: { resumed: true } });
    const last = client.next();
    news.events.publish('o4');
    expect(await last).toEqual(eventOf(4, 'Customer'));
    expect(opened()).toBe(2);
    await client.stop();
    await news.hears(0);
  });
});

test('what it is refused for under the new one is told, and so it is in the log and the metrics', async () => {
  news = await startNews(issuer);
  const client = await news.subscribe('websocket', { query: 'subscription { orderMust { id } }' });
  const ended = client.next();
  await news.hears(1);
  const without = news.shop.sdl.replace(/.*orderMust.*/, '');
  const served = [...news.gateway.subgraphs.values()];
  await news.gateway.replace(
    composed(served.map((each) => (each.name === 'shop' ? { ...each, sdl: without } : each))),
  );
  await expect(ended).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  const errors = [{ code: 'GRAPHQL_VALIDATION_FAILED', owner: 'client', count: 1 }];
  expect(await news.endLine()).toMatchObject({ reason: 'refused', errors });
  expect(await news.metricsPage()).toMatch(
    /^tributary_errors_total\{code="GRAPHQL_VALIDATION_FAILED",owner="client"\} 1$/m,
  );
});
