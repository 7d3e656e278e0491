/**
 * A field of an interface that is of a narrower type in one of its types: fragments on what cannot stand there ask nothing
 * of the object, which is there all the same.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])`;

interface Party {
  readonly __typename: string;
  readonly id: string;
  readonly boss: () => Party;
}

const ada: Party & Record<string, unknown> = {
  ...{ __typename: 'User', id: 'u', name: 'Ada', rank: 3 },
  boss: () => ada,
};
const acme: Party & Record<string, unknown> = { __typename: 'Company', id: 'c', size: 7, boss: () => acme };
const parties = {
  Party: { __resolveType: ({ __typename }: Party) => __typename },
  User: { __resolveReference: () => ada },
  Company: { __resolveReference: () => acme },
};

const inOne = [
  honest(
    'all',
    `${LINK}
    type Query { acme: Party  all: [Party] }
    interface Party { id: ID!  boss: Party }
    type User implements Party @key(fields: "id") { id: ID!  name: String  rank: Int  boss: User }
    type Company implements Party @key(fields: "id") { id: ID!  size: Int  boss: Company }`,
    { ...parties, Query: { acme: () => acme, all: () => [ada, acme] } },
  ),
];
const inTwo = [
  honest(
    'names',
    `${LINK}
    type Query { acme: Party  all: [Party] }
    interface Party { id: ID! }
    type User implements Party @key(fields: "id") { id: ID!  name: String }
    type Company implements Party @key(fields: "id") { id: ID! }`,
    { ...parties, Query: { acme: () => acme, all: () => [ada, acme] } },
  ),
  honest(
    'bosses',
    `${LINK}
    interface Party { id: ID!  boss: Party }
    type User implements Party @key(fields: "id") { id: ID!  rank: Int  boss: User }
    type Company implements Party @key(fields: "id") { id: ID!  size: Int  boss: Company }`,
    parties,
  ),
];

describe.each([
  ['one subgraph', inOne],
  ['two subgraphs', inTwo],
])('in %s', (_case, subgraphs) => {
  test.each([
    '{ acme { boss { ... on User { name } } } }',
    '{ acme { ...Boss } } fragment Boss on Party { boss { ... on Party { ... on User { rank } } } }',
    '{ all { id boss { ... on User { name rank } } } }',
    '{ all { boss { ... on User { rank } ... on Company { size } } } }',
    '{ all { ... on Company { boss { ... on Party { ... on User { name } } } } } }',
    '{ all { boss { ... on User { boss { boss { name } } } } } }',
    'query ($no: Boolean = false) { all { boss { ... on Company @include(if: $no) { size } } } }',
  ])('%s', async (query) => {
    const graph = await federate({ subgraphs, truth: { acme, all: [ada, acme] } });
    await graph.agreed(query);
  });
});
