/**
 * A field that two subgraphs share and that both are asked for: what one of them loses on the way to its null is not
 * blamed on what it never said.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@shareable"])`;
const SEATS = [{ row: 'a' }, { row: 'b' }, { row: 'c' }];

const rows = honest(
  'rows',
  `${LINK}
  type Query { seats: [Seat!] @shareable }
  type Seat @shareable { row: String!  step: Int! }`,
  {
    Query: { seats: () => SEATS },
    Seat: {
      step: ({ row }: { row: string }) => {
        if (row === 'b') throw new Error('no');
        return 1;
      },
    },
  },
);

const prices = honest(
  'prices',
  `${LINK}
  type Query { seats: [Seat!] @shareable }
  type Seat @shareable { price: Int! }`,
  { Query: { seats: () => SEATS }, Seat: { price: () => 9 } },
);

test('the failure alone is told, where it happened', async () => {
  const { compiled, takeAsked } = await federate({ subgraphs: [rows, prices] });
  const answer = await compiled('{ seats { row step price } }');
  expect(takeAsked().map(({ subgraph }) => subgraph)).toEqual(['rows', 'prices']);
  expect([answer.data, answer.errors]).toEqual([
    { seats: null },
    [{ code: 'SUBGRAPH_FAILED', path: ['seats', 1, 'step'] }],
  ]);
});
