/**
 * Where queries begin is a type like others: here it belongs to a union and to an interface, beside an entity. What
 * another subgraph tells of each at such a place comes of the root there, and of the entity by its key.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])`;

const lamp = { __typename: 'Lamp', id: '1', title: 'a lamp', volts: 12 };
const house = { __typename: 'Query', title: 'the house' };
const resolveType = { __resolveType: ({ __typename: typeName }: { __typename: string }) => typeName };
const itself = { __resolveReference: (sent: object) => sent };

const rooms = honest(
  'rooms',
  `${LINK}
  interface Titled { title: String }
  union Found = Query | Lamp
  type Query implements Titled { title: String  found: [Found]  titled: [Titled] }
  type Lamp implements Titled @key(fields: "id") { id: ID!  title: String  volts: Int }`,
  {
    Query: { title: () => 'the house', found: () => [lamp, house, null], titled: () => [house, lamp] },
    Found: resolveType,
    Titled: resolveType,
    Lamp: itself,
  },
);
const power = honest(
  'power',
  `${LINK} type Query { volts: Int } type Lamp @key(fields: "id") { id: ID!  watts: Int }`,
  {
    Query: { volts: () => 230 },
    Lamp: { ...itself, watts: () => 40 },
  },
);

let federation: Federation;
beforeAll(async () => {
  const root: Record<string, unknown> = { ...house, volts: 230 };
  const light = { ...lamp, watts: 40 };
  root['found'] = [light, root, null];
  root['titled'] = [root, light];
  federation = await federate({ subgraphs: [rooms, power], truth: root });
});

test.each([
  '{ found { ... on Query { volts } ... on Lamp { watts } } }',
  '{ found { ... on Lamp { watts } ... on Query { volts } } }',
  '{ titled { title ... on Lamp { watts } ... on Query { volts titled { ... on Lamp { watts } } } } }',
])('each is asked for what is its own: %s', async (query) => {
  await federation.agreed(query);
});

test.each([
  '{ found { ... on Query { volts } ... on Lamp { volts } } }',
  '{ titled { ... on Lamp { volts watts } ... on Query { volts } } }',
])('what comes of the root stays there: %s', async (query) => {
  await federation.agreed(query);
});
