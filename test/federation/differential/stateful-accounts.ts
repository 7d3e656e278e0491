/**
 * Accounts whose balances change, and a second subgraph that counts how often: what a change answers shows the state
 * right after it. Knows how to start afresh.
 */

import { honest } from '../../kit/fake-subgraph.ts';

interface Named {
  readonly id: string;
}
interface Paying extends Named {
  readonly amount: number;
}

const START = { a: 10, b: 0 };
const state = { balances: new Map<string, number>(), alerts: new Map<string, number>() };

export function reset(): void {
  state.balances = new Map(Object.entries(START));
  state.alerts = new Map();
}

const accountOf = (id: string) => ({
  __typename: 'Account',
  id,
  balance: () => state.balances.get(id) ?? null,
  alerts: () => state.alerts.get(id) ?? 0,
  level: () => ((state.alerts.get(id) ?? 0) > 1 ? 'HIGH' : 'LOW'),
  sum: () => [...state.balances.values()].reduce((sum, each) => sum + each, 0),
});
const known = ({ id }: Named) => (Object.hasOwn(START, id) ? accountOf(id) : null);

const banking = {
  pay({ id, amount }: Paying) {
    if (!Object.hasOwn(START, id)) throw new Error('no such account');
    state.balances.set(id, (state.balances.get(id) ?? 0) + amount);
    return { account: accountOf(id), paid: amount };
  },
  empty: ({ id }: Named) => {
    state.balances.set(id, 0);
    return true;
  },
};
const alarming = {
  alert({ id }: Named) {
    state.alerts.set(id, (state.alerts.get(id) ?? 0) + 1);
    return known({ id });
  },
  calm: () => {
    const count = [...state.alerts.values()].reduce((sum, each) => sum + each, 0);
    state.alerts.clear();
    return count;
  },
};
const queries = { accounts: () => Object.keys(START).map(accountOf), account: known };
export const truth = { ...queries, ...banking, ...alarming };

const asResolvers = (functions: object) =>
  Object.fromEntries(
    Object.entries(functions).map(([name, run]: [string, (given: never) => unknown]) => [
      name,
      (_root: unknown, given: never) => run(given),
    ]),
  );

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

export const bank = honest(
  'bank',
  `${LINK}
  type Account @key(fields: "id") { id: ID!  balance: Int  sum: Int! }
  type Payment { account: Account!  paid: Int! }
  type Query { accounts: [Account!]!  account(id: ID!): Account }
  type Mutation { pay(id: ID!, amount: Int!): Payment  empty(id: ID!): Boolean! }`,
  {
    Query: asResolvers(queries),
    Mutation: asResolvers(banking),
    Account: { __resolveReference: known },
  },
);

export const alarm = honest(
  'alarm',
  `${LINK}
  enum Level { HIGH LOW }
  type Account @key(fields: "id") { id: ID!  alerts: Int!  level: Level }
  type Mutation { alert(id: ID!): Account  calm: Int }`,
  { Mutation: asResolvers(alarming), Account: { __resolveReference: known } },
);
