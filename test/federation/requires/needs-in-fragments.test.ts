/**
 * Fields that need different things are asked through fragments on an interface of their subgraph, and of one entity some
 * of what they need is missing. Nobody is asked without what it needs, and nothing else is lost.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

interface Thing {
  readonly id: string;
  readonly price?: string;
  readonly width?: number;
  readonly depth?: number;
}

const fail = () => {
  throw new Error('no width');
};
const priceIn =
  (id: string) =>
  ({ currency }: { currency: string }) =>
    `${currency} ${id}`;
const known = (id: string) => ({ id, price: priceIn(id), width: () => 2, depth: 3 });
const thing = (__typename: string, id: string) => ({
  ...known(id),
  __typename,
  kind: 'thing',
  dollar: `USD ${id}!`,
  euro: `EUR ${id}!`,
  area: 'area of 2',
  room: 'room of 3',
});
const box = thing('Box', 'b');
const bag = thing('Bag', 'g');

const store = honest(
  'store',
  `${LINK}
  type Query { things: [Listed] box: Box bag: Bag }
  interface Listed { id: ID! }
  type Box implements Listed @key(fields: "id") { id: ID! price(currency: String): String width: Int depth: Int }
  type Bag implements Listed @key(fields: "id") { id: ID! price(currency: String): String width: Int depth: Int }`,
  {
    Query: { things: () => [box, bag], box: () => box, bag: () => bag },
    Box: { width: (_thing: Thing) => fail() },
  },
);

const reckoning = {
  __resolveReference: (sent: Thing) => sent,
  kind: () => 'thing',
  dollar: ({ price }: Thing) => `${price}!`,
  euro: ({ price }: Thing) => `${price}!`,
  area: ({ width }: Thing) => `area of ${width}`,
  room: ({ depth }: Thing) => `room of ${depth}`,
};
const reckoned = (type: string) => `type ${type} implements Reckoned @key(fields: "id") {
    id: ID!
    price(currency: String): String @external
    width: Int @external
    depth: Int @external
    kind: String
    dollar: String @requires(fields: "price(currency: \\"USD\\")")
    euro: String @requires(fields: "price(currency: \\"EUR\\")")
    area: String @requires(fields: "width")
    room: String @requires(fields: "depth")
  }`;
const reckoner = honest(
  'reckoner',
  `${LINK}
  interface Reckoned { kind: String dollar: String euro: String area: String room: String }
  ${reckoned('Box')} ${reckoned('Bag')}`,
  { Box: reckoning, Bag: reckoning },
);

const subgraphs = [store, reckoner];
const withoutWidth = { ...box, width: fail, area: fail };

test.each([
  [
    'asked through a fragment on the interface',
    '{ things { ...R } } fragment R on Reckoned { dollar euro kind }',
  ],
  [
    'and of one type beside it',
    '{ things { ...R ... on Box { again: dollar other: euro } } } fragment R on Reckoned { dollar euro kind }',
  ],
  [
    'in two fragments',
    '{ things { ...R ...S } } fragment R on Reckoned { dollar kind } fragment S on Reckoned { euro kind }',
  ],
  [
    'at several places',
    '{ box { ...R } bag { ...R } things { ...R } } fragment R on Reckoned { dollar euro room }',
  ],
])('one field with different arguments, %s', async (_case, query) => {
  const graph = await federate({ subgraphs, truth: { things: [box, bag], box, bag } });
  await graph.agreed(query);
});

test.each([
  ['through a fragment on the interface', '{ things { ...R } } fragment R on Reckoned { kind area }'],
  [
    'and of one type beside it',
    '{ things { ...R ... on Bag { again: area } } } fragment R on Reckoned { kind area }',
  ],
  ['beside what needs something else', '{ box { area room } }'],
  [
    'in a fragment beside what needs something else',
    '{ things { ...R } } fragment R on Reckoned { room area dollar }',
  ],
])('what is needed fails: %s', async (_case, query) => {
  const graph = await federate({
    subgraphs,
    truth: { things: [withoutWidth, bag], box: withoutWidth, bag },
  });
  await graph.agreed(query);
});
