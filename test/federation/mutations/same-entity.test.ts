/**
 * What is asked of an entity after a change is asked again after the next one, although it was answered before.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

test('an entity that two changes lead to', async () => {
  let count = 0;
  const changing = (name: string, field: string, query: string) =>
    honest(
      name,
      `${LINK} ${query} type Mutation { ${field}: Item } type Item @key(fields: "id") { id: ID! }`,
      {
        Mutation: {
          [field]: () => {
            count += 1;
            return { id: 'x' };
          },
        },
      },
    );
  const counting = honest('counting', `${LINK} type Item @key(fields: "id") { id: ID!  count: Int }`, {
    Item: { __resolveReference: ({ id }: { id: string }) => ({ id, count }) },
  });
  const { compiled } = await federate({
    subgraphs: [
      changing('one', 'first', 'type Query { ready: Boolean }'),
      changing('two', 'second', ''),
      counting,
    ],
  });
  const answer = await compiled('mutation { first { count } second { count } again: second { count } }');
  expect(answer.data).toEqual({ first: { count: 1 }, second: { count: 2 }, again: { count: 3 } });
});
