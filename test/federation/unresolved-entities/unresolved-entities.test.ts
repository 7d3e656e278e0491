/**
 * An entity that its owner does not know: null where the schema allows that, an error where it does not, and never
 * a reason to lose what others know.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { mergedParts } from '../kit/merged-parts.ts';
import { directory, orders, parking } from './orders.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [orders, directory, parking] });
});

test('fields that may be null are null, and those of others stay', async () => {
  const answer = await graph.compiled('{ orders { buyer { id nickname place } } }');
  expect([answer.data, answer.errors]).toEqual([
    {
      orders: [
        { buyer: { id: 'p1', nickname: null, place: 1 } },
        { buyer: { id: 'p2', nickname: null, place: 2 } },
        { buyer: null },
      ],
    },
    [],
  ]);
});

test('a field that may not be null takes the entity with it, and an error says whose it was', async () => {
  const answer = await graph.compiled('{ orders { id buyer { name place } } }');
  expect([answer.data, answer.errors]).toEqual([
    {
      orders: [
        { id: 'o1', buyer: { name: 'Ada', place: 1 } },
        { id: 'o2', buyer: null },
        { id: 'o3', buyer: null },
      ],
    },
    [{ path: ['orders', 1, 'buyer', 'name'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  ]);
});

test('a deferred part has the key of an entity that its owner does not know, under any name', async () => {
  const query = '{ orders { buyer { place ... @defer { key: id nickname } } } }';
  expect(await mergedParts(graph, query)).toEqual(
    INCREMENTAL_FORMATS.map(() => ({
      data: {
        orders: [
          { buyer: { place: 1, key: 'p1', nickname: null } },
          { buyer: { place: 2, key: 'p2', nickname: null } },
          { buyer: null },
        ],
      },
      errors: [],
    })),
  );
});

test('a subgraph that only refers to an entity is never asked for it', async () => {
  graph.takeAsked();
  expect((await graph.compiled('{ known { id nickname } }')).data).toEqual({
    known: { id: 'p1', nickname: null },
  });
  expect(graph.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['orders', 'directory']);
});
