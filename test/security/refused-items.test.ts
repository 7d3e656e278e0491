/**
 * What is refused takes no more with it than the schema says: not beyond an item that may be null, and not where the
 * object is another one than that of which it is refused.
 */

import { startGuarded, type GuardedGateway } from '../kit/ask-guarded.ts';
import { honest } from '../kit/fake-subgraph.ts';

const zoo = honest(
  'zoo',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  type Query { open: Int dogs: [Dog]! nested: [[Dog]!]! pet: Pet! }
  type Dog { chip: String! @requiresScopes(scopes: [["chips"]]) }
  type Cat { lives: Int }
  union Pet = Dog | Cat`,
  {
    Query: {
      open: () => 9,
      dogs: () => [{}],
      nested: () => [[{}], []],
      pet: () => ({ __typename: 'Cat', lives: 9 }),
    },
    Dog: { chip: () => 'secret' },
  },
);

let world: GuardedGateway;

beforeAll(async () => {
  world = await startGuarded([zoo]);
});

afterAll(() => world.stop());

test.each([
  ['{ open dogs { chip } }', { open: 9, dogs: [null] }],
  ['{ open nested { chip } }', { open: 9, nested: [[null], []] }],
  ['{ open pet { ... on Dog { chip } } }', { open: 9, pet: {} }],
])('%s', async (query, data) => {
  const { body } = await world.ask(query);
  expect(body).toMatchObject({ data });
  expect(JSON.stringify(body)).not.toContain('secret');
});
