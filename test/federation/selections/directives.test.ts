/**
 * Directives that all subgraphs define for operations are theirs: they reach whoever is asked for what they stand at.
 */

import type { GraphQLResolveInfo } from 'graphql';

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

interface Named {
  readonly id: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  directive @mark(by: String) repeatable on FIELD | INLINE_FRAGMENT
  directive @whole(by: String) on QUERY | MUTATION`;

/** With the marks that it is asked with. */
const marked =
  (name: string) =>
  (_root: unknown, _given: unknown, _context: unknown, { fieldNodes }: GraphQLResolveInfo) =>
    [name, ...fieldNodes.flatMap(({ directives = [] }) => directives.map((each) => each.name.value))].join();

const people = honest(
  'people',
  `${LINK}
  type Query { person: Person }
  type Mutation { join: Person, leave: Person }
  type Person @key(fields: "id") { id: ID!  name: String  age: Int }`,
  {
    Query: { person: () => ({ id: '1' }) },
    Mutation: { join: () => ({ id: '2' }), leave: () => ({ id: '3' }) },
    Person: {
      name: marked('Ada'),
      age: ({ id }: Named) => {
        if (id === '3') throw new Error('nobody knows');
        return 36;
      },
    },
  },
);

const ranks = honest(
  'ranks',
  `${LINK}
  type Person @key(fields: "id") { id: ID!  rank: String  age: Int @external  senior: Boolean @requires(fields: "age") }`,
  { Person: { rank: marked('first'), senior: () => false } },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [people, ranks] });
});

beforeEach(() => void graph.takeAsked());

const asked = () => graph.takeAsked().map(({ subgraph, query }) => [subgraph, query]);

const OF_PERSON = '_entities(representations:$representations){...on Person';

test('fields take theirs along, with what they are given', async () => {
  const query = `query ($by: String) { person { ... @mark { name @mark(by: $by) @mark } rank @mark(by: $by) } }`;
  const { text, errors } = await graph.compiled(query, { by: 'me' });
  expect([text, errors]).toEqual(['{"person":{"name":"Ada,mark,mark","rank":"first,mark"}}', []]);
  expect(asked()).toEqual([
    ['people', 'query($by:String){person{__typename id ...@mark{name@mark(by:$by)@mark}}}'],
    ['ranks', `query($representations:[_Any!]!$by:String){${OF_PERSON}{__typename rank@mark(by:$by)}}}`],
  ]);
});

test('the operation’s own needs its variables also where an entity is asked for less than others', async () => {
  const query = 'mutation ($by: String) @whole(by: $by) { leave { rank senior } }';
  const { text, errors } = await graph.compiled(query, { by: 'me' });
  expect([text, errors]).toEqual([
    '{"leave":{"rank":"first","senior":null}}',
    [{ path: ['leave', 'senior'], code: 'SUBGRAPH_FAILED' }],
  ]);
});
