/**
 * The same field of several types of a union or interface, each time with other things asked of it: a subgraph is asked
 * for those objects alone of which somebody wants what it has.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@interfaceObject"])`;
const PERSON = 'type Person @key(fields: "id")';

const nameOf = (id: string) => ({ name: `n${id}` });
const ageOf = (id: string) => ({ age: Number(id[1]) });
const person = (id: string) => ({ __typename: 'Person', id });
const whole = (id: string) => ({ ...person(id), ...nameOf(id), ...ageOf(id) });
const byId = (fields: (id: string) => object) => ({
  __resolveReference: ({ id }: { readonly id: string }) => ({ id, ...fields(id) }),
});
const worksOf = (made: (id: string) => object) => [
  { __typename: 'Book', id: 'b1', makers: [[made('p1')], [made('p2'), null]], owner: made('p9') },
  { __typename: 'Film', id: 'f1', makers: [[made('p2')], [made('p3')]], owner: made('p8') },
  { __typename: 'Play', id: 'l1', owner: null },
];
const works = worksOf(person);
const typed = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename };

const subgraphs = [
  honest(
    'works',
    `${LINK}
    type Query { works: [Work]  owned: [Owned!]! }
    union Work = Book | Film | Play
    interface Owned { owner: Person }
    ${PERSON} { id: ID! }
    type Book implements Owned @key(fields: "id") { id: ID!  makers: [[Person]!]  owner: Person }
    type Film implements Owned @key(fields: "id") { id: ID!  makers: [[Person]!]  owner: Person }
    type Play implements Owned { owner: Person }`,
    { Query: { works: () => works, owned: () => works }, Work: typed, Owned: typed },
  ),
  honest('names', `${LINK} ${PERSON} { id: ID!  name: String }`, {
    Person: byId(nameOf),
  }),
  honest('ages', `${LINK} ${PERSON} { id: ID!  age: Int }`, {
    Person: byId(ageOf),
  }),
];

let graph: Federation;

const truth = { works: worksOf(whole), owned: worksOf(whole) };

beforeAll(async () => (graph = await federate({ subgraphs, truth })));

function idsOf(representations: unknown): readonly string[] {
  // Reason for the cast: the gateway's own, and the test fails where they are something else.
  return (representations as readonly { readonly id: string }[]).map(({ id }) => id);
}

async function personsAsked(query: string): Promise<Readonly<Record<string, readonly string[]>>> {
  graph.takeAsked();
  await graph.agreed(query);
  const asked = graph.takeAsked().filter(({ subgraph }) => subgraph !== 'works');
  return Object.fromEntries(
    asked.map(({ subgraph, variables }) => [
      subgraph,
      // Each asks for entities in one list, or in several under names of their own.
      Object.values(variables ?? {})
        .flatMap(idsOf)
        .toSorted(),
    ]),
  );
}

test.each<[string, Record<string, readonly string[]>]>([
  [
    '{ works { ... on Book { makers { name } } ... on Film { makers { age } } } }',
    { names: ['p1', 'p2'], ages: ['p2', 'p3'] },
  ],
  [
    '{ works { ... on Film { owner { name } } ... on Book { owner { id } } ... on Play { owner { age } } } }',
    { names: ['p8'] },
  ],
  [
    '{ works { ... on Owned { owner { name } ... on Film { owner { age } } } } }',
    { names: ['p8', 'p9'], ages: ['p8'] },
  ],
  [
    '{ owned { ...OnBook ... on Film { owner { ...Named } } } } fragment OnBook on Book { owner { age } } fragment Named on Person { name }',
    { names: ['p8'], ages: ['p9'] },
  ],
  [
    'query ($yes: Boolean = true) { owned { owner { name @include(if: $yes) } ... on Book @include(if: $yes) { owner { age } } } }',
    { names: ['p8', 'p9'], ages: ['p9'] },
  ],
])('%s', async (query, expected) => {
  expect(await personsAsked(query)).toEqual(expected);
});

test('what is asked of all types alike is asked in one list', async () => {
  graph.takeAsked();
  const query = '{ works { ... on Book { makers { name } } ... on Film { makers { name } } } }';
  await graph.agreed(query);
  const asked = graph.takeAsked().filter(({ subgraph }) => subgraph === 'names');
  expect(asked.map(({ variables }) => Object.values(variables ?? {}))).toEqual([
    [['p1', 'p2', 'p3'].map(person)],
  ]);
});
