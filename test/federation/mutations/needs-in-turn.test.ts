/**
 * What a change leads to may wait for much: the planner forgets that, and what is put in order again comes last. The next
 * change, of another subgraph, must wait for it all the same.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

interface Part {
  readonly v1?: string;
}

test('a need that stands several keys away is fetched before the next change', async () => {
  let changes = 0;
  const changed = () => {
    changes += 1;
    return { k1: '1', k2: '2', k3: '3', v1: 'one' };
  };
  const find = { __resolveReference: () => ({ k1: '1', k2: '2', k3: '3' }) };
  const graph = await federate({
    subgraphs: [
      honest(
        'a',
        `${LINK} type Query { ready: Boolean } type Mutation { a: Part } type Part @key(fields: "k1") { k1: ID!  v1: String }`,
        {
          Mutation: { a: changed },
          Part: { __resolveReference: () => ({ k1: '1', v1: 'one' }) },
        },
      ),
      honest('b', `${LINK} type Part @key(fields: "k1") @key(fields: "k2") { k1: ID!  k2: ID }`, {
        Part: find,
      }),
      honest('c', `${LINK} type Part @key(fields: "k2") @key(fields: "k3") { k2: ID  k3: ID }`, {
        Part: find,
      }),
      honest(
        'd',
        `${LINK}
        type Mutation { d: Part }
        type Part @key(fields: "k3") { k3: ID  v1: String @external  need: String @requires(fields: "v1") }`,
        {
          Mutation: { d: changed },
          Part: {
            __resolveReference: (sent: Part) => sent,
            need: ({ v1 }: Part) => `need of ${v1} after ${changes}`,
          },
        },
      ),
    ],
  });
  const ask = async (query: string) => {
    changes = 0;
    return (await graph.compiled(query)).data;
  };
  expect(await ask('mutation { a { need } d { k3 } }')).toEqual({
    a: { need: 'need of one after 1' },
    d: { k3: '3' },
  });
  expect(await ask('mutation { a { need } d { k3 } again: a { need k3 } }')).toEqual({
    a: { need: 'need of one after 1' },
    d: { k3: '3' },
    again: { need: 'need of one after 3', k3: '3' },
  });
  expect(await ask('mutation { a { need } d { need } ... on Mutation { again: d { k3 } } }')).toEqual({
    a: { need: 'need of one after 1' },
    d: { need: 'need of one after 2' },
    again: { k3: '3' },
  });
});
