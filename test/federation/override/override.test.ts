/**
 * A field that has moved is asked of its new owner; one that moves for a share of the requests, of the one whose
 * turn it is. A label that nobody has switched on leaves the field where it was.
 */

import type { OverrideOptions } from '../../../gateway/planning/decide-overrides.ts';
import { federate } from '../kit/federation.ts';
import { newSystem, oldSystem } from './systems.subgraph.ts';

const graphWith = ({ labels = [], random = () => 0.5 }: Partial<OverrideOptions> = {}) =>
  federate({ subgraphs: [oldSystem, newSystem], overrides: { labels, random } });

/** Each number once, in order. */
function dice(...numbers: readonly number[]): () => number {
  const left = [...numbers];
  return () => left.shift() ?? Number.NaN;
}

test('a field that has moved comes from its new owner', async () => {
  const graph = await graphWith();
  expect((await graph.compiled('{ bills { id total } }')).data).toEqual({
    bills: [
      { id: '1', total: 7 },
      { id: '2', total: 7 },
    ],
  });
});

test('a field that moves for none of the requests, or under a label that is off, comes from the old owner', async () => {
  const graph = await graphWith({ labels: ['move-others'], random: () => 0 });
  expect((await graph.compiled('{ bills { fee note } }')).data).toEqual({
    bills: [
      { fee: 'old', note: 'old' },
      { fee: 'old', note: 'old' },
    ],
  });
});

test('a field that moves for all requests comes from the new owner', async () => {
  const graph = await graphWith({ random: () => 0.999_999 });
  expect((await graph.compiled('{ bills { tax } }')).data).toEqual({
    bills: [{ tax: 'new' }, { tax: 'new' }],
  });
});

test('a field under a label that is on comes from the new owner', async () => {
  const graph = await graphWith({ labels: ['move-notes'] });
  expect((await graph.compiled('{ bills { note } }')).data).toEqual({
    bills: [{ note: 'new' }, { note: 'new' }],
  });
});

test('a field that moves for half of the requests comes from the owner that each request drew', async () => {
  const graph = await graphWith({ random: dice(0.49, 0.5, 0.51, 0.1) });
  const drawn = [];
  for (let turn = 0; turn < 4; turn += 1) drawn.push((await graph.compiled('{ bills { half } }')).data);
  expect(drawn).toEqual(['new', 'old', 'old', 'new'].map((half) => ({ bills: [{ half }, { half }] })));
});

test('each label is drawn by itself, and once in a request', async () => {
  const graph = await graphWith({ random: dice(0.4, 0.4, 0.1, 0.9) });
  const query = '{ bills { half third other: half } }';
  const first = (await graph.compiled(query)).data;
  const second = (await graph.compiled(query)).data;
  const [of33, of50] = [
    { half: 'old', third: 'new', other: 'old' },
    { half: 'new', third: 'old', other: 'new' },
  ];
  expect([first, second]).toEqual([{ bills: [of50, of50] }, { bills: [of33, of33] }]);
});

test('a field that moves through an interface moves for its own type', async () => {
  const graph = await graphWith();
  expect((await graph.compiled('{ papers { tax same: tax } }')).data).toEqual({
    papers: [
      { tax: 'new', same: 'new' },
      { tax: 'none', same: 'none' },
    ],
  });
});

test('an operation that no label matters to draws nothing', async () => {
  let draws = 0;
  const random = () => {
    draws += 1;
    return 0;
  };
  const graph = await graphWith({ random });
  expect((await graph.compiled('{ bills { id total } }')).errors).toEqual([]);
  expect(draws).toBe(0);
});

test('the second engine, which would leave such fields with the old owner, refuses the supergraph', async () => {
  const graph = await graphWith();
  await expect(graph.apollo('{ bills { id } }')).rejects.toThrow(
    'The supergraph test moves fields by @override(label: "move-notes"), which the engine `apollo` cannot do: set execution.engine to `compiled`.',
  );
});
