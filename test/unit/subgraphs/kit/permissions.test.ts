/**
 * A permissions file that is not whole stops the start, with every mistake named at once.
 */

import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';

import {
  checkPermissions,
  connectionPermissions,
  type Permissions,
} from '../../../../subgraphs/kit/permissions.ts';
import { anyone } from '../../../../subgraphs/kit/rules.ts';

const schema = buildSchema(`
  interface Named { name: String }
  type Customer implements Named { id: ID! name: String }
  type Query { customer: Customer named: Named }
`);

const why = 'Because.';
const whole: Permissions = {
  Query: { customer: [anyone, why], named: [anyone, why] },
  Customer: { id: [anyone, why], name: [anyone, why] },
};

test('a whole file passes', () => {
  expect(() => checkPermissions(schema, whole)).not.toThrow();
});

test('every mistake is named at once', () => {
  const broken: Permissions = {
    Query: { customer: [anyone, ' '], '*': [anyone, why] },
    Customer: {
      id: [anyone, why],
      // @ts-expect-error what a circular import leaves behind
      name: undefined,
    },
    Named: { name: [anyone, why] },
    Order: { id: [anyone, why] },
  };
  expect(() => checkPermissions(schema, broken)).toThrow(
    [
      'permissions are not whole:',
      'Customer.name has no rule',
      'Query.named has no rule',
      'Query.customer has no rule with a reason',
      'Query.* is not a field of the schema',
      'Customer.name has no rule with a reason',
      'Named is not an object type of the schema',
      'Order is not an object type of the schema',
    ].join('\n  '),
  );
});

test('a connection’s frame is spelled out field by field', () => {
  expect(Object.keys(connectionPermissions('Deal')['DealConnection'] ?? {})).toEqual([
    'edges',
    'nodes',
    'pageInfo',
    'totalCount',
  ]);
});
