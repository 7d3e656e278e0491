/**
 * Fields of an interface that its other subgraph knows as an object, each behind the last: straight on in that subgraph.
 * Round by each type of the interface there were more ways with each field than could ever be planned.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])`;

const book = { __typename: 'Book', id: 'b' };
const film = { __typename: 'Film', id: 'f' };
const listed = (id: string) => ({ id, next: () => listed(id === 'b' ? 'f' : 'b') });
const ranked = (id: string) => ({ id, rank: `rank of ${id}` });
const whole = (own: typeof book): object => ({
  ...own,
  ...ranked(own.id),
  next: () => whole(own === book ? film : book),
});

const subgraphs = [
  honest(
    'home',
    `${LINK}
    type Query { all: [Media] }
    interface Media @key(fields: "id") { id: ID! }
    type Book implements Media @key(fields: "id") { id: ID! }
    type Film implements Media @key(fields: "id") { id: ID! }`,
    {
      Query: { all: () => [book, film] },
      Media: { __resolveReference: ({ id }: { id: string }) => (id === 'b' ? book : film) },
    },
  ),
  honest('lists', `${LINK} type Media @key(fields: "id") @interfaceObject { id: ID!  next: Media }`, {
    Media: { __resolveReference: ({ id }: { id: string }) => listed(id) },
  }),
  honest('ranks', `${LINK} type Media @key(fields: "id") @interfaceObject { id: ID!  rank: String }`, {
    Media: { __resolveReference: ({ id }: { id: string }) => ranked(id) },
  }),
];

const PLANNING_MS = 5_000;

test.each([
  '{ all { next { next { next { next { next { next { rank } } } } } } } }',
  '{ all { next { next { id next { rank next { __typename rank ... on Book { rank next { rank } } } } } } } }',
])('%s is planned in time', async (query) => {
  const truth = { all: [whole(book), whole(film)] };
  const graph = await federate({ subgraphs, truth, planningMs: PLANNING_MS });
  await graph.agreed(query);
  const asked = graph.takeAsked().map(({ subgraph }) => subgraph);
  expect(asked).toEqual(expect.arrayContaining(['home', 'lists', 'ranks']));
});
