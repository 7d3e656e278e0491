/**
 * A field that subgraphs share leads to one type in one of them, and to an interface or union with others in another. The
 * first is not asked of types that it cannot give, says which type an object has, and gives what other fields need.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires"])`;
const typed = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const rex = {
  __typename: 'Dog',
  id: 'd',
  name: 'Rex',
  age: 3,
  toys: [{ __typename: 'Ball', size: 2 }, null],
};
const known = { __resolveReference: () => rex };

const subgraphs = [
  honest(
    'dogs',
    `${LINK}
    type Query { pet: Dog @shareable  pets: [[Dog!]!]! @shareable  home: Home }
    type Mutation { feed: Dog @shareable }
    type Home @key(fields: "id") { id: ID!  best: Dog @shareable }
    interface Named { name: String }
    type Dog implements Named @key(fields: "id") { id: ID!  name: String  toys: [Ball] @shareable }
    type Cat implements Named @key(fields: "id") { id: ID!  name: String }
    type Ball @shareable { size: Int }`,
    {
      Query: { pet: () => rex, pets: () => [[rex], []], home: () => ({ id: 'h' }) },
      Mutation: { feed: () => rex },
      ...{ Home: { __resolveReference: () => ({ id: 'h' }), best: () => rex }, Dog: known, Named: typed },
    },
  ),
  honest(
    'pets',
    `${LINK}
    type Query { pet: Pet @shareable  pets: [[Pet]] @shareable }
    type Mutation { feed: Animal @shareable }
    type Home @key(fields: "id") { id: ID!  best: Animal @shareable }
    interface Pet { id: ID! }
    union Animal = Dog | Cat
    union Toy = Ball | Bone
    type Ball @shareable { size: Int }  type Bone { old: Boolean }
    type Dog implements Pet @key(fields: "id") { id: ID!  age: Int  toys: [Toy] @shareable }
    type Cat implements Pet @key(fields: "id") { id: ID!  lives: Int }`,
    {
      Query: { pet: () => rex, pets: () => [[rex], []] },
      Mutation: { feed: () => rex },
      ...{ Pet: typed, Animal: typed, Toy: typed, Dog: known },
      Home: { __resolveReference: () => ({ id: 'h' }), best: () => rex },
    },
  ),
  honest(
    'walks',
    `${LINK}
    type Home @key(fields: "id") {
      id: ID!  best: Animal @external
      walk: String @requires(fields: "best { ... on Dog { name } ... on Cat { lives } }")
    }
    union Animal = Dog | Cat
    type Dog @key(fields: "id") { id: ID!  name: String @external }
    type Cat @key(fields: "id") { id: ID!  lives: Int @external }`,
    {
      Animal: typed,
      Home: {
        __resolveReference: (home: object) => home,
        walk: ({ best }: { readonly best: { readonly name: string } }) => `with ${best.name}`,
      },
    },
  ),
];
const truth = { pet: rex, pets: [[rex], []], feed: rex, home: { id: 'h', best: rex, walk: 'with Rex' } };

let graph: Federation;

beforeAll(async () => (graph = await federate({ subgraphs, truth })));

const OPERATIONS = [
  '{ pet { id ... on Cat { name lives } } }',
  '{ pet { id ... on Named { name } } }',
  '{ pet { ... on Dog { name age } ... on Cat { lives } } other: pet { __typename } }',
  '{ pets { ... on Dog { age toys { ... on Bone { old } ... on Ball { size } } } ... on Pet { id } } }',
  '{ pet { ... on Dog { toys { __typename ... on Bone { old } } } } }',
  '{ home { best { ... on Cat { lives } ... on Named { name } } } }',
  '{ home { walk best { ... on Cat { lives } } } }',
  'mutation { feed { ... on Dog { name age } ... on Cat { lives } } again: feed { ... on Named { name } } }',
];

test.each([
  ...OPERATIONS,
  '{ home { walk } }',
  'query ($no: Boolean = true) { pet { ... on Dog @skip(if: $no) { name } ... on Cat @include(if: $no) { lives } } }',
])('%s', async (query) => {
  const { errors } = await graph.agreed(query);
  expect(errors).toEqual([]);
});

test.each(OPERATIONS)('in parts: %s', async (query) => {
  const { data } = await graph.monolith(query);
  const deferred = query.replaceAll(/\.\.\. on (\w+) \{/g, '... on $1 @defer {');
  for (const format of INCREMENTAL_FORMATS)
    expect(mergeParts(await graph.inParts(deferred, {}, format))).toEqual({ data, errors: [] });
});
