/**
 * Generated operations over several supergraphs, well and with faults in their subgraphs: the compiled engine must
 * answer as one graphql-js schema over the truth. What the other executors do differently is counted. OPERATIONS
 * says how many for each supergraph, SEED which ones, EXAMPLES prints what differs.
 */

import { SEED } from '../kit/seed.ts';
import { compareOperations } from './differential/compare-operations.ts';
import { DifferenceCount } from './differential/difference-count.ts';
import { supergraphs } from './differential/supergraphs.ts';

const OPERATIONS = Number(process.env['OPERATIONS'] ?? 30);

const count = new DifferenceCount();

test.each(supergraphs)(
  '$name',
  (supergraph) => compareOperations(supergraph, { operations: OPERATIONS, seed: SEED, count }),
  3_600_000,
);

afterAll(() => {
  process.stdout.write(`${count.summary(SEED)}\n`);
  if (process.env['EXAMPLES'] !== undefined) process.stdout.write(`${count.examples()}\n`);
});
