/**
 * Fields that several subgraphs answer are asked of whichever needs the fewest calls, and of one only.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { positions } from './data.ts';
import { heights, maps } from './halves.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [maps, heights],
    truth: { places: positions, origin: { x: 0, y: 0, z: 0 } },
  });
});

test('one subgraph that knows everything asked for is asked alone', async () => {
  graph.takeAsked();
  expect((await graph.agreed('{ places { position { x z } height } origin { y z } }')).data).toEqual({
    places: [
      { position: { x: 3, z: 5 }, height: 100 },
      { position: null, height: -3 },
    ],
    origin: { y: 0, z: 0 },
  });
  expect(graph.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['heights']);
});

test('where nobody knows everything, the parts come together in one object', async () => {
  expect((await graph.agreed('{ places { country position { y z } height } }')).data).toEqual({
    places: [
      { country: 'A', position: { y: 4, z: 5 }, height: 100 },
      { country: null, position: null, height: -3 },
    ],
  });
});
