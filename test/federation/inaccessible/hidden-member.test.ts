/**
 * A type that clients do not see, behind an interface that they do. Of its objects the planner asks whoever gives them
 * what all others of the interface have, and the subgraph may know of that only by name: no client misses it, but
 * another field may need it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@inaccessible", "@requires"])`;
const [shown, hidden] = [
  { __typename: 'Shown', id: '1', size: 1 },
  { __typename: 'Hidden', id: '2', size: 2 },
];

const shelf = honest(
  'shelf',
  `${LINK}
  interface Thing { id: ID!  size: Int }
  type Hidden implements Thing @key(fields: "id") @inaccessible {
    id: ID!  size: Int @external  half: Int @requires(fields: "size")
  }
  type Query { things: [Thing]  box: Box }
  type Box @key(fields: "id") { id: ID!  first: Thing }`,
  {
    Query: {
      things: () => [{ __typename: 'Hidden', id: '2' }, null],
      box: () => ({ id: 'b', first: { __typename: 'Hidden', id: '2' } }),
    },
  },
);

const scale = honest(
  'scale',
  `${LINK}
  interface Thing { id: ID!  size: Int }
  type Shown implements Thing @key(fields: "id") { id: ID!  size: Int }
  type Hidden implements Thing @key(fields: "id") @inaccessible { id: ID!  size: Int }
  type Query { measured: [Thing] }`,
  {
    Query: { measured: () => [shown, hidden] },
    Hidden: { __resolveReference: () => hidden },
  },
);

const label = honest(
  'label',
  `${LINK}
  interface Thing { size: Int }
  type Hidden implements Thing @key(fields: "id") @inaccessible { id: ID!  size: Int @external }
  type Box @key(fields: "id") {
    id: ID!  first: Thing @external  sizes: String @requires(fields: "first { size }")
  }`,
  {},
);

const truth = { things: [hidden, null], measured: [shown, hidden] };

test('its objects are null with an error, whoever could answer what is asked of them', async () => {
  const { agreed } = await federate({ subgraphs: [shelf, scale, label], truth });
  const { data, errors } = await agreed('{ things { id size } measured { id size } }');
  expect(data).toEqual({ things: [null, null], measured: [{ id: '1', size: 1 }, null] });
  expect(errors.map(({ path }) => path)).toEqual([
    ['measured', 1],
    ['things', 0],
  ]);
});

test('what another field needs of it is never wrong: a plan that cannot bring it is refused', async () => {
  const { compiled } = await federate({ subgraphs: [shelf, scale, label] });
  await expect(compiled('{ box { sizes } }')).rejects.toThrow('shelf is asked for Hidden.size');
});
