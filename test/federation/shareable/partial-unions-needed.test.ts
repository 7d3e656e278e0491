/**
 * What a field needs of the members of a union that only some of its owners know: it is asked of the one that gives
 * them, as what the client selects is.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@requires", "@shareable"])`;

const things = [
  { __typename: 'Book', name: 'atlas', pages: 9, size: 3 },
  { __typename: 'Lamp', name: 'glow', watts: 5, size: 'small' },
];
const know = (sent: object) => sent;
const textOf = ({ things: given }: { things: object[] }) => JSON.stringify(given);
const TYPES = `
  type Book @shareable { name: String  pages: Int  size: Int }
  type Lamp @shareable { name: String  watts: Int  size: String }`;

const subgraphs = [
  honest(
    'labels',
    `${LINK}
    type Query { box: Box }
    type Box @key(fields: "id") {
      id: ID!
      things: [Thing] @external
      label: String @requires(fields: "things { __typename ... on Book { name } ... on Lamp { name watts } }")
      sizes: String @requires(fields: "things { __typename ... on Book { size } ... on Lamp { size } }")
      lamps: String @requires(fields: "things { __typename ... on Lamp { size } }")
    }
    union Thing = Book | Lamp ${TYPES}`,
    {
      Query: { box: () => ({ id: 'b1' }) },
      Box: { __resolveReference: know, label: textOf, sizes: textOf, lamps: textOf },
    },
  ),
  honest(
    'all',
    `${LINK} type Box @key(fields: "id") { id: ID!  things: [Thing] @shareable } union Thing = Book | Lamp ${TYPES}`,
    { Box: { __resolveReference: (sent: object) => ({ ...sent, things }) } },
  ),
  honest(
    'lamps',
    `${LINK} type Box @key(fields: "id") { id: ID!  things: [Thing] @shareable } union Thing = Lamp
    type Lamp @shareable { name: String  watts: Int  size: String }`,
    { Box: { __resolveReference: know } },
  ),
];

const sizes = '[{"__typename":"Book","size":3},{"__typename":"Lamp","size":"small"}]';
const lamps = '[{"__typename":"Book"},{"__typename":"Lamp","size":"small"}]';
const label = '[{"__typename":"Book","name":"atlas"},{"__typename":"Lamp","name":"glow","watts":5}]';

test.each([
  ['alone', '{ box { label } }', { label }],
  [
    'beside what the client asks of them',
    '{ box { label things { ... on Book { pages title: name } ... on Lamp { name: watts } } } }',
    { label, things: [{ pages: 9, title: 'atlas' }, { name: 5 }] },
  ],
  ['of fields of two types by one name', '{ box { sizes } }', { sizes }],
  [
    'and a client that asks for a field of another type by the name of what is needed',
    '{ box { lamps things { ... on Book { size } } } }',
    { lamps, things: [{ size: 3 }, {}] },
  ],
])('what is needed of a type that one owner alone knows: %s', async (_how, query, box) => {
  const { compiled } = await federate({ subgraphs });
  expect(await compiled(query)).toMatchObject({ data: { box }, errors: [] });
});
