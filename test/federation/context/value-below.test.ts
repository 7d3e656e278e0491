/**
 * A field that takes an argument from around its object (@fromContext) and leads to an object that has it too: each is
 * told of what stands around its own, also where one call asks for both.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { LINK } from './shop.subgraph.ts';

interface Guest {
  readonly id: string;
}

const NAMES: Readonly<Record<string, string>> = { g1: 'Ada', g2: 'Bea', g3: 'Cor' };
const NEXT: Readonly<Record<string, string>> = { g1: 'g2', g2: 'g3', g3: 'g1' };
const FROM = '@fromContext(field: "$around ... on Query { host } ... on Guest { name }")';
type Around = Readonly<Record<'by', string | null>>;

const table = honest(
  'table',
  `${LINK}
  type Query @context(name: "around") { host: String!  guests: [Guest!]! }
  type Guest @key(fields: "id") @context(name: "around") {
    id: ID!
    name: String!
    asked: String
    greeting(by: String ${FROM}): String
    neighbour(by: String ${FROM}): Guest
  }`,
  {
    Query: { host: () => 'Ulm', guests: () => [{ id: 'g1' }, { id: 'g2' }] },
    Guest: {
      __resolveReference: ({ id }: Guest) => ({ id }),
      name: ({ id }: Guest) => NAMES[id],
      greeting: ({ id }: Guest, { by }: Around) => `${NAMES[id]} by ${by}`,
      neighbour: ({ id }: Guest, { by }: Around) => ({ id: NEXT[id], asked: `of ${NAMES[id]} by ${by}` }),
    },
  },
);
const rooms = honest('rooms', `${LINK} type Guest @key(fields: "id") { id: ID!  room: String }`, {
  Guest: { __resolveReference: ({ id }: Guest) => ({ id }), room: ({ id }: Guest) => `room ${id}` },
});

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [table, rooms] });
});

test.each([
  [
    '{ guests { neighbour { asked neighbour { asked } } } }',
    [
      { neighbour: { asked: 'of Ada by Ulm', neighbour: { asked: 'of Bea by Ada' } } },
      { neighbour: { asked: 'of Bea by Ulm', neighbour: { asked: 'of Cor by Bea' } } },
    ],
  ],
  [
    '{ guests { greeting neighbour { greeting neighbour { greeting room } } } }',
    [
      {
        greeting: 'Ada by Ulm',
        neighbour: { greeting: 'Bea by Ada', neighbour: { greeting: 'Cor by Bea', room: 'room g3' } },
      },
      {
        greeting: 'Bea by Ulm',
        neighbour: { greeting: 'Cor by Bea', neighbour: { greeting: 'Ada by Cor', room: 'room g1' } },
      },
    ],
  ],
  [
    '{ guests { neighbour { neighbour { neighbour { asked } } } } }',
    [
      { neighbour: { neighbour: { neighbour: { asked: 'of Cor by Bea' } } } },
      { neighbour: { neighbour: { neighbour: { asked: 'of Ada by Cor' } } } },
    ],
  ],
])('%s', async (query, guests) => {
  for (let asked = 0; asked < 4; asked += 1)
    expect(await graph.compiled(query)).toMatchObject({ data: { guests }, errors: [] });
});
