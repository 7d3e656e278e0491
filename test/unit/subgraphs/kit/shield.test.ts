/**
 * What graphql-shield enforces of a permissions file, on every path to a field, and that nothing of an error is
 * hidden or leaked.
 */

import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';

import { ANONYMOUS, scopesOfRoles, type Principal } from '../../../../schema/contract/principal.ts';
import { formatError } from '../../../../subgraphs/kit/fault.ts';
import { KnownError } from '../../../../subgraphs/kit/known-error.ts';
import { anyOf, objectRule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds, holdsOrIsCustomer } from '../../../../subgraphs/kit/rules.ts';
import { guardSchema } from '../../../../subgraphs/kit/shield.ts';

const crashing = objectRule('crashing', 'Always crashes.', () => {
  throw new Error('the rule read secret 4711');
});
const permissive = objectRule('permissive', 'Always holds.', () => true);

const why = 'A test says so.';
const schema = guardSchema(
  buildSubgraphSchema([
    {
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { customers: [Customer!]! search: [Named!]! missing: String leaky: String crashed: String either: String }
        interface Named { name: String }
        type Customer implements Named @key(fields: "id") { id: ID! name: String notes: String }
      `),
      resolvers: {
        Query: {
          customers: () => rows,
          search: () => rows,
          missing: () => {
            throw new KnownError('NOT_FOUND', { argument: 'id' });
          },
          leaky: () => {
            throw new Error('password is hunter2');
          },
          crashed: () => 'never',
          either: () => 'yes',
        },
        Named: { __resolveType: () => 'Customer' },
        Customer: { __resolveReference: ({ id }: { id: string }) => rows.find((row) => row.id === id) },
      },
    },
  ]),
  {
    owner: 'commerce',
    fields: {
      Query: {
        customers: [anyone, why],
        search: [anyone, why],
        missing: [anyone, why],
        leaky: [anyone, why],
        crashed: [crashing, why],
        either: [anyOf('either', 'Either.', crashing, permissive), why],
      },
      Customer: {
        id: [anyone, why],
        name: [holdsOrIsCustomer('customers:read'), why],
        notes: [holds('notes:read'), why],
      },
    },
  },
);

const rows = [
  { id: 'cus_1', name: 'Ada', notes: 'likes tea' },
  { id: 'cus_2', name: 'Ben', notes: 'pays late' },
];
const sales: Principal = { subject: 's', roles: ['sales'], scopes: scopesOfRoles(['sales']) };
const ada: Principal = {
  subject: 'a',
  roles: ['customer'],
  scopes: scopesOfRoles(['customer']),
  customerId: 'cus_1',
};

test('each item of a list is judged for itself', async () => {
  expect(await ask('{ customers { name } }', ada)).toMatchObject({
    data: { customers: [{ name: 'Ada' }, { name: null }] },
    errors: [{ path: ['customers', 1, 'name'], extensions: { code: 'FORBIDDEN' } }],
  });
});

test.each([
  ['by alias', '{ customers { name: notes } }', ['customers', 0, 'name']],
  ['through the interface', '{ search { ... on Customer { notes } } }', ['search', 0, 'notes']],
  [
    'as entities',
    '{ _entities(representations: [{ __typename: "Customer", id: "cus_1" }]) { ... on Customer { notes } } }',
    ['_entities', 0, 'notes'],
  ],
  ['by a fragment', '{ customers { ...F } } fragment F on Customer { notes }', ['customers', 0, 'notes']],
])('a refused field stays refused %s', async (_how, query, path) => {
  const { data, errors } = await ask(query, ANONYMOUS);
  expect(JSON.stringify(data)).not.toContain('likes tea');
  expect(errors?.[0]).toMatchObject({
    path,
    extensions: {
      code: 'FORBIDDEN',
      reason: why,
      details: { field: 'Customer.notes', rule: 'holds notes:read' },
    },
  });
});

test('entities and the service description are open, because only the gateway comes this far', async () => {
  const answer = await ask(
    '{ _service { sdl } _entities(representations: [{ __typename: "Customer", id: "cus_2" }]) { ... on Customer { name } } }',
    sales,
  );
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.['_entities']).toEqual([{ name: 'Ben' }]);
});

test('an error that a resolver means keeps its code', async () => {
  expect(await ask('{ missing }', sales)).toMatchObject({
    errors: [{ extensions: { code: 'NOT_FOUND', argument: 'id' } }],
  });
});

test('a fault of a resolver is a fault, without its text', async () => {
  const answer = await ask('{ leaky }', sales);
  expect(answer).toMatchObject({ data: { leaky: null }, errors: [{ extensions: { code: 'INTERNAL' } }] });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
});

test('a rule that crashes lets nobody in and is not called a denial', async () => {
  const answer = await ask('{ crashed }', sales);
  expect(answer).toMatchObject({ data: { crashed: null }, errors: [{ extensions: { code: 'INTERNAL' } }] });
  expect(JSON.stringify(answer)).not.toContain('4711');
});

test('a rule that crashes does not take away what another rule grants', async () => {
  expect(await ask('{ either }', sales)).toEqual({ data: { either: 'yes' } });
});

test('a customer id without the scope of a customer opens nothing', async () => {
  const { data } = await ask('{ customers { name } }', { ...ada, scopes: [] });
  expect(data).toEqual({ customers: [{ name: null }, { name: null }] });
});

/** The answer as it leaves the subgraph. */
async function ask(source: string, principal: Principal) {
  const { data, errors } = await graphql({ schema, source, contextValue: { principal } });
  const formatted = errors?.map((error) => formatError(error.toJSON(), error));
  return JSON.parse(JSON.stringify({ data, ...(formatted && { errors: formatted }) }));
}
