/**
 * What a field needs of a member of a union that one of its owners alone knows, and that yet another subgraph has: the
 * planner asks nobody for it. The field is refused for the objects that have such a member, with an error; all others
 * have it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@requires", "@shareable"])`;

const boxes = [
  { id: 'b1', things: [{ __typename: 'Lamp', watts: 5 }] },
  { id: 'b2', things: [{ __typename: 'Book', id: 'k1' }] },
];
const know = (sent: object) => sent;

const subgraphs = [
  honest(
    'labels',
    `${LINK}
    type Query { boxes: [Box] }
    type Box @key(fields: "id") {
      id: ID!
      things: [Thing] @external
      label: String @requires(fields: "things { __typename ... on Book { name } ... on Lamp { watts } }")
    }
    union Thing = Book | Lamp
    type Book @key(fields: "id") { id: ID!  name: String @external }
    type Lamp @shareable { watts: Int }`,
    {
      Query: { boxes: () => boxes.map(({ id }) => ({ id })) },
      Box: { __resolveReference: know, label: (box: { things: object[] }) => JSON.stringify(box.things) },
      Book: { __resolveReference: know },
    },
  ),
  honest(
    'all',
    `${LINK}
    type Box @key(fields: "id") { id: ID!  things: [Thing] @shareable }
    union Thing = Book | Lamp
    type Book @key(fields: "id") { id: ID! }
    type Lamp @shareable { watts: Int }`,
    {
      Box: { __resolveReference: ({ id }: { id: string }) => boxes.find((box) => box.id === id) },
      Book: { __resolveReference: know },
    },
  ),
  honest('books', `${LINK} type Book @key(fields: "id") { id: ID!  name: String }`, {
    Book: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'atlas' }) },
  }),
  honest(
    'lamps',
    `${LINK}
    type Box @key(fields: "id") { id: ID!  things: [Thing] @shareable }
    union Thing = Lamp
    type Lamp @shareable { watts: Int }`,
    { Box: { __resolveReference: know } },
  ),
];

test('a field that needs what nobody is asked for is an error where it is needed, and there alone', async () => {
  const { compiled } = await federate({ subgraphs });
  const { data, errors } = await compiled('{ boxes { id label } }');
  expect(data).toEqual({
    boxes: [
      { id: 'b1', label: '[{"__typename":"Lamp","watts":5}]' },
      { id: 'b2', label: null },
    ],
  });
  expect(errors).toEqual([expect.objectContaining({ path: ['boxes', 1, 'label'], code: 'INTERNAL' })]);
});
