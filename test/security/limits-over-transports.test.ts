/**
 * The limits of any request, over every transport: none of them is a way around.
 */

import { orderNews, type OrderNews } from '../kit/order-news.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS } from '../kit/transports.ts';

let news: OrderNews;
let gateway: TestGateway;

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = orderNews();
  gateway = await startGateway({ subgraphs: news.subgraphs, config });
}

const HOSTILE: Readonly<Record<string, { query: string; variables?: Record<string, unknown> }>> = {
  maxDepth: { query: '{ __schema { types { fields { type { name } } } } }' },
  maxAliases: {
    query: `{ ${Array.from({ length: 6 }, (_unused, index) => `a${index}: customers`).join(' ')} }`,
  },
  maxRootFields: { query: '{ customers accounts order(id: 1) { id } __typename }' },
  maxVariableDepth: { query: 'query($id: ID!) { order(id: $id) { id } }', variables: { id: [[[['1']]]] } },
  maxCost: { query: '{ order(id: 1) { customer { name } } }' },
  maxTokens: { query: `{ customers ${'customers '.repeat(100)} }` },
};

describe('with low limits', () => {
  beforeAll(() =>
    start({
      limits: {
        maxDepth: 4,
        maxAliases: 5,
        maxRootFields: 3,
        maxVariableDepth: 2,
        maxCost: 1,
        maxTokens: 90,
      },
      introspection: { enabled: false },
    }),
  );
  afterAll(() => gateway.stop());

  test.each(
    Object.keys(HOSTILE).flatMap((limit) =>
      Object.keys(ASKS).map((transport) => [limit, transport] as const),
    ),
  )('%s holds over %s', async (limit, transport) => {
    const answer = await ASKS[transport]!(gateway.url, HOSTILE[limit]!);
    expect(answer).toMatchObject({
      errors: [
        { extensions: { code: 'LIMIT_EXCEEDED', details: { limit: expect.stringContaining(limit) } } },
      ],
    });
  });

  test.each(['websocket', 'sse', 'sse on a single connection'])(
    'of a subscription too, over %s',
    async (transport) => {
      const deep = 'subscription { orderChanged { customer { referrer { referrer { name } } } } }';
      const wide = `subscription { orderChanged { customer { ${'abcdef'.replace(/./g, '$&: name ')} } } }`;
      const costly = 'subscription { orderChanged { id customer { name } } }';
      for (const [query, limit] of [
        [deep, 'maxDepth'],
        [wide, 'maxAliases'],
        [costly, 'maxCost'],
      ] as const)
        expect(await ASKS[transport]!(gateway.url, { query })).toMatchObject({
          errors: [
            { extensions: { code: 'LIMIT_EXCEEDED', details: { limit: expect.stringContaining(limit) } } },
          ],
        });
      expect(news.events.listening()).toBe(0);
    },
  );

  test.each(Object.keys(ASKS))(
    'the schema is not told over %s, nor are names suggested',
    async (transport) => {
      const told = await ASKS[transport]!(gateway.url, { query: '{ __schema { description } }' });
      const near = await ASKS[transport]!(gateway.url, { query: '{ customer }' });
      expect([told, near]).toMatchObject([
        { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
        { errors: [{ message: 'Cannot query field "customer" on type "Query".' }] },
      ]);
    },
  );
});

test.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
  'a change is not made by GET, as %s, also where it has been made by POST',
  async (accept) => {
    await start();
    const query = 'mutation { ship(id: "o1") { id } }';
    const url = `${gateway.url}/graphql?${new URLSearchParams({ query }).toString()}`;
    const refusedByGet = async () => {
      const response = await fetch(url, { headers: { accept } });
      expect(await response.text()).toContain('"code":"METHOD_NOT_ALLOWED"');
    };
    await refusedByGet();
    expect(gateway.subgraphs.get('shop')!.received).toEqual([]);
    expect(await gateway.ask(query)).toEqual({ data: { ship: { id: 'o1' } } });
    await refusedByGet();
    expect(gateway.subgraphs.get('shop')!.received).toHaveLength(1);
    await gateway.stop();
  },
);
