/**
 * What a field needs of objects behind another field: it is lost where they fail or are none, and nothing else is.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@shareable"])`;
const PETS = 'interface Pet { age: Int } type Dog implements Pet @shareable { age: Int bark: String }';

type Sent = Readonly<Record<string, unknown>>;
const fail = () => {
  throw new Error('it fails');
};
const item = {
  id: 'i',
  label: 'L',
  pet: fail,
  pets: [],
  slow: fail,
  slower: fail,
  name: 'name L',
  code: 'c',
};

const home = honest(
  'home',
  `${LINK}
  type Query { item: Item }
  type Item @key(fields: "id") { id: ID!  label: String  pet: Pet  pets: [Pet] }
  ${PETS}`,
  {
    Query: { item: () => item },
    Item: { __resolveReference: () => item },
    Pet: { __resolveType: () => 'Dog' },
  },
);

const names = honest(
  'names',
  `${LINK}
  type Item @key(fields: "id") {
    id: ID!
    label: String @external
    pet: Pet @external
    pets: [Pet] @external
    slow: String @requires(fields: "pet { __typename ... on Dog { bark } }")
    slower: String @requires(fields: "pet { age }")
    slowest: String @requires(fields: "pets { age }")
    name: String! @requires(fields: "label")
    code: ID!
  }
  ${PETS}`,
  {
    Item: {
      __resolveReference: (sent: Sent) => ({ ...sent, code: 'c' }),
      slow: () => 'slow',
      slower: () => 'slower',
      slowest: () => 'slowest',
      name: ({ label }: Sent) => `name ${String(label)}`,
    },
  },
);

test.each([
  '{ item { slower name } }',
  '{ item { slow name } }',
  '{ item { slow code } }',
  '{ item { slow slower } }',
])('an object that fails takes along only what needs it: %s', async (query) => {
  const graph = await federate({ subgraphs: [home, names], truth: { item } });
  await graph.agreed(query);
});

test.each([
  ['slower', 'pet', { __typename: 'Dog', age: 'old' }],
  ['slower', 'pet', 'a dog'],
  ['slower', 'pet', 7],
  ['slower', 'pet', []],
  ['slow', 'pet', 'a dog'],
  ['slower', 'pet', [{ __typename: 'Dog', age: 3 }]],
  ['slowest', 'pets', ['a dog']],
  ['slowest', 'pets', [[{ __typename: 'Dog', age: 3 }]]],
  ['slowest', 'pets', { __typename: 'Dog', age: 3 }],
])('%s needs %s, which is %j', async (field, key, value) => {
  const graph = await federate({
    subgraphs: [home, names],
    spoil: { home: () => ({ data: { item: { __typename: 'Item', id: 'i', [key]: value } } }) },
  });
  const { data, errors } = await graph.compiled(`{ item { ${field} code } }`);
  expect(data).toEqual({ item: { [field]: null, code: 'c' } });
  expect(errors).toEqual([{ path: ['item', field], code: 'SUBGRAPH_RESPONSE_INVALID' }]);
});
