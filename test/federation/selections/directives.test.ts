/**
 * Directives that all subgraphs define for operations are theirs: they reach whoever is asked for what they stand at, and
 * never a place where they may not stand.
 */

import type { GraphQLResolveInfo } from 'graphql';

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { mergedParts } from '../kit/merged-parts.ts';

interface Named {
  readonly id: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
  directive @mark(by: String) repeatable on FIELD | INLINE_FRAGMENT
  directive @once(by: String) on INLINE_FRAGMENT | FRAGMENT_SPREAD | FRAGMENT_DEFINITION
  directive @spread(by: String) on FRAGMENT_SPREAD
  directive @fragment(by: String) on FRAGMENT_DEFINITION
  directive @whole(by: String) on QUERY | MUTATION | SUBSCRIPTION
  directive @change(by: String) on MUTATION
  directive @event(by: String) on SUBSCRIPTION`;

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
  type Subscription { joined: Person }
  type Person @key(fields: "id") { id: ID!  name: String  age: Int }`,
  {
    Query: { person: () => ({ id: '1' }) },
    Mutation: { join: () => ({ id: '2' }), leave: () => ({ id: '3' }) },
    Subscription: { joined: () => ({ id: '2' }) },
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

test.each([
  ['@whole(by: $by)', '($by:String)@whole(by:$by)', '$by:String)@whole(by:$by)'],
  ['@change(by: $by)', '($by:String)@change(by:$by)', ')'],
  ['@change(by: $by) @whole', '($by:String)@change(by:$by)@whole', ')@whole'],
])('what a change with %s leads to is asked in a query that may have it', async (given, change, query) => {
  const { text, errors } = await graph.compiled(`mutation ($by: String) ${given} { join { rank } }`);
  expect([text, errors]).toEqual(['{"join":{"rank":"first"}}', []]);
  expect(asked()).toEqual([
    ['people', `mutation${change}{join{__typename id}}`],
    ['ranks', `query($representations:[_Any!]!${query}{${OF_PERSON}{rank}}}`],
  ]);
});

test('nor does what an event leads to have the directive of the subscription', async () => {
  const { text, errors } = await graph.compiled('subscription @event(by: "me") { joined { rank } }');
  expect([text, errors]).toEqual(['{"joined":{"rank":"first"}}', []]);
});

test('the operation’s own needs its variables also where an entity is asked for less than others', async () => {
  const query = 'mutation ($by: String) @whole(by: $by) { leave { rank senior } }';
  const { text, errors } = await graph.compiled(query, { by: 'me' });
  expect([text, errors]).toEqual([
    '{"leave":{"rank":"first","senior":null}}',
    [{ path: ['leave', 'senior'], code: 'SUBGRAPH_FAILED' }],
  ]);
});

test.each([
  ['of a spread alone', '...F @spread(by: $by)', '', '__typename id name'],
  ['of a fragment alone', '...F', '@fragment(by: $by)', '__typename id name'],
  ['of a fragment', '...F', '@once(by: $by)', '__typename ...on Person@once(by:$by){__typename id name}'],
  [
    'of both, where one may stand',
    '...F @once(by: $by)',
    '@once(by: "me")',
    '__typename ...on Person@once(by:$by){__typename id name}',
  ],
])('the directive %s stands where the fragment is written out, if it may', async (...given) => {
  const [, spread, fragment, people] = given;
  const query = `query ($by: String) { person { ${spread} } } fragment F on Person ${fragment} { name rank }`;
  const { text, errors } = await graph.compiled(query, { by: 'me' });
  expect([text, errors]).toEqual(['{"person":{"name":"Ada","rank":"first"}}', []]);
  const head = people.includes('$by') ? 'query($by:String)' : '';
  expect(asked()[0]).toEqual(['people', `${head}{person{${people}}}`]);
});

test('nor does one of a spread stand there where the fragment comes later', async () => {
  const query =
    '{ person { id ...F @spread @defer ...G @spread } } fragment F on Person { name } fragment G on Person { ...F @defer }';
  const whole = { data: { person: { id: '1', name: 'Ada' } }, errors: [] };
  expect(await mergedParts(graph, query)).toEqual([whole, whole]);
});
