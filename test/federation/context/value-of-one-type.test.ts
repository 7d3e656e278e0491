/**
 * The value around an object (@fromContext) is of one type, and another type at its place has a field of the same name
 * that is fetched earlier.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8",
  import: ["@key", "@context", "@fromContext", "@external", "@requires"])`;

interface Sent {
  readonly id: string;
  readonly weight?: number;
}
const itself = { __resolveReference: (sent: Sent) => sent };

test('a field of that name that was asked of another type alone is not the value', async () => {
  const places = [
    { __typename: 'Box', id: 'b', size: 'size 3', item: { id: 'i', price: 5, fits: 'i of 5 fits size 3' } },
    { __typename: 'Bag', id: 'g', size: 'any' },
  ];
  const stock = honest(
    'stock',
    `${LINK}
    type Query { places: [Place!]! }
    union Place = Box | Bag
    type Box @key(fields: "id") @context(name: "box") {
      id: ID!  weight: Int @external  size: String! @requires(fields: "weight")
    }
    type Bag @key(fields: "id") { id: ID! }
    type Item @key(fields: "id") {
      id: ID!
      price: Int @external
      fits(size: String @fromContext(field: "$box { size }")): String @requires(fields: "price")
    }`,
    {
      Query: { places: () => places.map(({ __typename, id }) => ({ __typename, id })) },
      Box: { ...itself, size: ({ weight }: Sent) => `size ${weight}` },
      Bag: itself,
      Item: {
        ...itself,
        fits: ({ id, price }: { id: string; price: number }, { size }: { size: string }) =>
          `${id} of ${price} fits ${size}`,
      },
    },
  );
  const packing = honest(
    'packing',
    `${LINK}
    type Box @key(fields: "id") { id: ID!  weight: Int  item: Item }
    type Bag @key(fields: "id") { id: ID!  size: String! }
    type Item @key(fields: "id") { id: ID!  price: Int }`,
    {
      Box: { ...itself, weight: () => 3, item: () => ({ id: 'i' }) },
      Bag: { ...itself, size: () => 'any' },
      Item: { ...itself, price: () => 5 },
    },
  );
  const { agreed } = await federate({ subgraphs: [stock, packing], truth: { places } });
  await agreed('{ places { ... on Box { item { fits } } } }');
  await agreed('{ places { ... on Box { item { fits } } ... on Bag { size } } }');
  await agreed('{ places { ... on Bag { size } ... on Box { size item { fits id } } } }');
});
