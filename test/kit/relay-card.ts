/**
 * What Relay's compiler makes of `query Card($id: ID!) { customer(id: $id) { name id } }`, written by hand. Knows no
 * network.
 */

import type { ConcreteRequest } from 'relay-runtime';

const scalar = (name: string) =>
  ({ alias: null, args: null, kind: 'ScalarField', name, storageKey: null }) as const;

const customer = {
  alias: null,
  args: [{ kind: 'Variable', name: 'id', variableName: 'id' }],
  concreteType: 'Customer',
  kind: 'LinkedField',
  name: 'customer',
  plural: false,
  storageKey: null,
} as const;

const argumentDefinitions = [{ defaultValue: null, kind: 'LocalArgument', name: 'id' }] as const;

export const RELAY_CARD: ConcreteRequest = {
  kind: 'Request',
  fragment: {
    argumentDefinitions: [...argumentDefinitions],
    kind: 'Fragment',
    metadata: null,
    name: 'Card',
    selections: [{ ...customer, args: [...customer.args], selections: [scalar('name')] }],
    type: 'Query',
    abstractKey: null,
  },
  operation: {
    argumentDefinitions: [...argumentDefinitions],
    kind: 'Operation',
    name: 'Card',
    selections: [{ ...customer, args: [...customer.args], selections: [scalar('name'), scalar('id')] }],
  },
  params: {
    cacheID: 'card',
    id: null,
    metadata: {},
    name: 'Card',
    operationKind: 'query',
    text: 'query Card($id: ID!) { customer(id: $id) { name id } }',
  },
};
