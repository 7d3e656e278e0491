/**
 * A subgraph may call federation's directives what it likes, and use their names for something else.
 */

import { federate } from '../kit/federation.ts';
import { desks } from './data.ts';
import { rooms, users } from './desks.subgraph.ts';

test('directives under other names mean the same', async () => {
  const truth = desks.map((desk) => ({ ...desk, user: `user of ${desk.id}`, note: `${desk.width} wide` }));
  const graph = await federate({ subgraphs: [rooms, users], truth: { desks: truth } });
  expect((await graph.agreed('{ desks { room user note } }')).data).toEqual({
    desks: [
      { room: 'A', user: 'user of 1', note: '120 wide' },
      { room: 'B', user: 'user of 2', note: '80 wide' },
    ],
  });
});
