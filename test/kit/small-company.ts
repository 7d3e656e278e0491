/**
 * Three subgraphs in the shape of the reference company, small enough to read beside a test: customers in the CRM,
 * what they owe in accounting, what they ordered in the shop. Knows no database and no rule.
 */

import { GraphQLError } from 'graphql';

import { honest } from './fake-subgraph.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires", "@shareable"])`;

const CUSTOMERS = [
  { id: '1', name: 'Ada Byron', email: 'ada@example.test' },
  { id: '2', name: 'Bruno Öztürk', email: null },
  { id: '3', name: 'Clara Ødegård', email: 'clara@example.test' },
] as const;

const customerOf = (id: string) => CUSTOMERS.find((customer) => customer.id === id) ?? null;

export const crm = honest(
  'crm',
  `${LINK}
  type Query {
    customer(id: ID!): Customer
    customers: CustomerList!
    search: [Found]
    crash: String
    coded(code: String!): String
  }
  type Mutation { renameCustomer(id: ID!, name: String!): Customer }
  type CustomerList { nodes: [Customer]! }
  union Found = Customer | Deal
  type Customer @key(fields: "id") { id: ID!  name: String!  email: String  favourite: Order }
  type Deal @key(fields: "id") { id: ID!  title: String }
  type Order @key(fields: "id", resolvable: false) { id: ID! }`,
  {
    Query: {
      customer: (_: unknown, { id }: { id: string }) => customerOf(id),
      customers: () => ({ nodes: [CUSTOMERS[0], null, CUSTOMERS[1], CUSTOMERS[2]] }),
      search: () => [
        { __typename: 'Deal', id: '1', title: 'Cables' },
        { __typename: 'Customer', ...CUSTOMERS[0] },
        null,
        { __typename: 'Customer', ...CUSTOMERS[1] },
      ],
      crash: () => {
        throw new Error('password=hunter2 in row 17');
      },
      coded: (_: unknown, { code }: { code: string }) => {
        const extensions = {
          code,
          argument: 'code',
          reason: 'because',
          details: { limit: 3 },
          secret: 'hunter2',
        };
        throw new GraphQLError('password=hunter2', { extensions });
      },
    },
    Mutation: {
      renameCustomer: (_: unknown, { id, name }: { id: string; name: string }) => ({
        ...customerOf(id),
        id,
        name,
      }),
    },
    Customer: {
      __resolveReference: ({ id }: { id: string }) => customerOf(id),
      favourite: ({ id }: { id: string }) => ({ id: `o${id}` }),
    },
    Deal: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'Cables' }) },
  },
);

/** Does not know the customer 3. */
export const accounting = honest(
  'accounting',
  `${LINK}
  type Customer @key(fields: "id") { id: ID!  receivable: Money  creditAvailable: Int  rating: Rating }
  type Deal @key(fields: "id") { id: ID!  commission: Int }
  type Order @key(fields: "id") { id: ID!  total: Int @external  billingStatus: String @requires(fields: "total") }
  type Money { amount: String! }
  enum Rating { GOOD BAD }
  type Query { accounts: Int }`,
  {
    Customer: {
      __resolveReference: ({ id }: { id: string }) => (id === '3' ? null : { id }),
      receivable: ({ id }: { id: string }) => ({ amount: `${id}0.00` }),
      creditAvailable: ({ id }: { id: string }) => Number(id) * 100,
      rating: () => 'GOOD',
    },
    Deal: { __resolveReference: ({ id }: { id: string }) => ({ id }), commission: () => 5 },
    Order: {
      __resolveReference: (order: unknown) => order,
      billingStatus: ({ total }: { total: number }) => (total > 100 ? 'BILLED' : 'OPEN'),
    },
    Query: { accounts: () => 7 },
  },
);

export const shop = honest(
  'shop',
  `${LINK}
  type Customer @key(fields: "id") {
    id: ID!
    creditAvailable: Int @external
    mayBuyOnAccount: Boolean @requires(fields: "creditAvailable")
    orders: [Order!]
    cart: Cart!
  }
  type Order @key(fields: "id") { id: ID!  total: Int  customer: Customer }
  type Cart { items: Int! }
  type Query { order(id: ID!): Order }`,
  {
    Customer: {
      __resolveReference: (customer: unknown) => customer,
      mayBuyOnAccount: ({ creditAvailable }: { creditAvailable: number | null }) =>
        creditAvailable === null ? null : creditAvailable > 150,
      orders: ({ id }: { id: string }) => [
        { id: `o${id}`, total: 120, customer: { id } },
        { id: `p${id}`, total: 80, customer: { id } },
      ],
      cart: () => ({ items: 2 }),
    },
    Order: {
      __resolveReference: ({ id }: { id: string }) => ({ id, total: 120, customer: { id: id.slice(1) } }),
    },
    Query: {
      order: (_: unknown, { id }: { id: string }) => ({ id, total: 120, customer: { id: id.slice(1) } }),
    },
  },
);
