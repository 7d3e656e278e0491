/**
 * Supergraphs of the size that large companies have need no option, and where memory is short it is told by name.
 */

import { honest } from '../kit/fake-subgraph.ts';
import { largeSupergraph } from '../kit/large-supergraph.ts';
import { startGateway } from '../kit/start-gateway.ts';

const first = honest(
  's0',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query { entity0_0(id: ID!): T0_0 }
    type T0_0 @key(fields: "id") { id: ID!, f1(a: Int): String! }`,
  { Query: { entity0_0: (_root: unknown, { id }: { id: string }) => ({ id, f1: `the ${id}` }) } },
);

test('a supergraph of 1,200 entities in 30 subgraphs is taken over and answers', async () => {
  const gateway = await startGateway({ subgraphs: [first] });
  const url = gateway.subgraphs.get('s0')?.url ?? '';
  await gateway.replace(largeSupergraph({ subgraphs: 30, entities: 40 }, () => url));
  const taken = gateway.logged().filter(({ msg }) => msg === 'supergraph taken over');
  expect(taken).toHaveLength(1);
  expect(await gateway.ask('{ entity0_0(id: "1") { id f1 } }')).toEqual({
    data: { entity0_0: { id: '1', f1: 'the 1' } },
  });
  await gateway.stop();
}, 120_000);

test('where the planning process has too little memory, the supergraph is not blamed', async () => {
  const starting = startGateway({ subgraphs: [first], config: { planning: { maxHeapMb: 1 } } });
  await expect(starting).rejects.toThrow(
    /^No operation can be planned: the planning process needs more than \d+ MB \(planning\.maxHeapMb\)\.$/,
  );
});
