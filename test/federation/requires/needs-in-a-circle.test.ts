/**
 * A plan may fetch a field twice on the way, once by what it led to before: where the way breaks, each null that follows
 * has an error, also of a field that needs an object which is there.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@external", "@requires", "@shareable"])`;

const part = {
  owner: { id: 'o1' },
  serial: 's1',
  id: 'p1',
  code: 'c1',
  weight: 5,
  size: 7,
};
const Part = { __resolveReference: (sent: object) => ({ ...part, ...sent }) };

const subgraphs = [
  honest(
    'shop',
    `${LINK}
    type Query { part: Part }
    type Owner @shareable { id: ID! }
    type Part @key(fields: "owner { id }") { owner: Owner!  size: Int @external  box: String @requires(fields: "size") }`,
    { Query: { part: () => part }, Part: { ...Part, box: ({ size }: { size: number }) => `box ${size}` } },
  ),
  honest(
    'serials',
    `${LINK}
    type Owner @shareable { id: ID! }
    type Part @key(fields: "owner { id }") @key(fields: "serial") { owner: Owner!  serial: ID! }`,
    { Part },
  ),
  honest(
    'ids',
    `${LINK} type Part @key(fields: "serial") @key(fields: "id") { serial: ID!  id: ID!  weight: Int }`,
    { Part },
  ),
  honest('codes', `${LINK} type Part @key(fields: "id") @key(fields: "code") { id: ID!  code: ID! }`, {
    Part,
  }),
  honest(
    'store',
    `${LINK}
    type Part @key(fields: "code") { code: ID!  size: Int  weight: Int @external  shelf: String @requires(fields: "weight") }`,
    { Part: { ...Part, shelf: ({ weight }: { weight: number }) => `shelf ${weight}` } },
  ),
];

test('each field that is lost with the way to what it needs says so', async () => {
  let isDown = false;
  const { compiled } = await federate({
    subgraphs,
    spoil: { serials: (answer) => (isDown ? { errors: [{ message: 'down' }] } : answer) },
  });
  const query = '{ part { shelf box } }';
  expect(await compiled(query)).toMatchObject({
    data: { part: { shelf: 'shelf 5', box: 'box 7' } },
    errors: [],
  });
  isDown = true;
  const { data, errors } = await compiled(query);
  expect(data).toEqual({ part: { shelf: null, box: null } });
  expect(errors).toEqual(
    ['box', 'shelf'].map((field) =>
      expect.objectContaining({ path: ['part', field], code: 'SUBGRAPH_FAILED' }),
    ),
  );
});
