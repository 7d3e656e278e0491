/**
 * Generated operations over several supergraphs, well and with faults in their subgraphs: the compiled engine must
 * answer as one graphql-js schema over the truth. What the other executors do differently is counted. OPERATIONS
 * says how many for each supergraph, SEED which ones, EXAMPLES prints what differs.
 */

import * as fc from 'fast-check';
import { parse, validate } from 'graphql';

import { DifferenceCount } from './differential/difference-count.ts';
import { operationsOf } from './differential/operation-arbitrary.ts';
import { supergraphs } from './differential/supergraphs.ts';
import { startTrial } from './differential/trial.ts';
import { SEED } from '../kit/seed.ts';

const OPERATIONS = Number(process.env['OPERATIONS'] ?? 30);

const count = new DifferenceCount();

test.each(supergraphs)(
  '$name',
  async (supergraph) => {
    const trial = await startTrial(supergraph);
    const sampled = fc.sample(operationsOf(trial.apiSchema, supergraph), { numRuns: OPERATIONS, seed: SEED });
    for (const operation of sampled) {
      // Two selections that cannot be merged; about one in ten.
      if (validate(trial.apiSchema, parse(operation.query)).length > 0) continue;
      for (const verdict of await trial.judge(operation)) {
        count.add(supergraph.name, verdict);
        const { query, variables, fault, answer, expected, differences } = verdict.compiled;
        expect({ query, variables, fault, answer, expected, differences }).toEqual({
          query,
          variables,
          fault,
          answer,
          expected,
          differences: [],
        });
      }
    }
    count.leftToApollo += trial.leftToApollo.length;
  },
  3_600_000,
);

afterAll(() => {
  process.stdout.write(`${count.summary(supergraphs.length, SEED)}\n`);
  if (process.env['EXAMPLES'] !== undefined) process.stdout.write(`${count.examples()}\n`);
});
