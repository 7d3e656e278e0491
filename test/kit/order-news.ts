/**
 * Three subgraphs with news: the shop tells of orders, the CRM knows their customers, accounting their billing. Small
 * enough to read beside a test. Knows no database and no rule.
 */

import { GraphQLError } from 'graphql';

import { fakeEvents, type FakeEvents } from './fake-events.ts';
import { honest, type FakeSubgraph } from './fake-subgraph.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@requires", "@requiresScopes", "@authenticated"])`;

export interface OrderNews {
  readonly subgraphs: readonly FakeSubgraph[];
  readonly shop: FakeSubgraph;
  readonly events: FakeEvents;
}

export const NEWS_SDL = `${LINK}
  type Query { order(id: ID!): Order }
  type Mutation { ship(id: ID!): Order }
  type Subscription {
    orderChanged(customer: ID): Order
    orderMust(customer: ID): Order!
    secretChanged: Order @requiresScopes(scopes: [["secrets:read"]])
    refused: Order
    starting: Order
  }
  type Order @key(fields: "id") { id: ID!  total: Int  customer: Customer!  margin: Int @requiresScopes(scopes: [["costs:read"]]) }
  type Customer @key(fields: "id", resolvable: false) { id: ID! }`;

const orderOf = (id: string) => ({ id, total: 120, margin: 7, customer: { id: id.slice(1) } });

/** An event is the id of an order (`o1` is of customer 1), or an error. */
export function orderNews(): OrderNews {
  const events = fakeEvents();
  const give = (id: unknown) => {
    if (id instanceof Error) throw id;
    return orderOf(String(id));
  };
  let isReady = false;
  const start = () => {
    if (isReady) return events.iterate();
    isReady = true;
    throw new GraphQLError('no', { extensions: { code: 'NOT_READY' } });
  };
  const shop = {
    ...honest('shop', NEWS_SDL, {
      Query: { order: (_: unknown, { id }: { id: string }) => orderOf(id) },
      Mutation: { ship: (_: unknown, { id }: { id: string }) => orderOf(id) },
      Subscription: {
        orderChanged: { subscribe: events.iterate, resolve: give },
        orderMust: { subscribe: events.iterate, resolve: give },
        secretChanged: { subscribe: events.iterate, resolve: give },
        // Not the first time.
        starting: { subscribe: start, resolve: give },
        refused: {
          subscribe: () => Promise.reject(new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } })),
        },
      },
      Order: { __resolveReference: ({ id }: { id: string }) => orderOf(id) },
    }),
    events,
  };
  return { subgraphs: [shop, newsCrm, newsAccounting], shop, events };
}

export const newsCrm = honest(
  'crm',
  `${LINK} type Query { customers: Int }
   type Customer @key(fields: "id") { id: ID!  name: String!  email: String  referrer: Customer }`,
  {
    Query: { customers: () => 3 },
    Customer: {
      __resolveReference: ({ id }: { id: string }) =>
        id === '9' ? null : { id, name: `Customer ${id}`, email: null },
    },
  },
);

export const newsAccounting = honest(
  'accounting',
  `${LINK} type Query { accounts: Int }
   type Order @key(fields: "id") { id: ID!  total: Int @external  billing: String @requires(fields: "total") }`,
  {
    Query: { accounts: () => 7 },
    Order: {
      __resolveReference: (order: unknown) => order,
      billing: ({ total }: { total: number }) => `of ${total}`,
    },
  },
);
