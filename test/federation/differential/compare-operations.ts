/**
 * Generated operations over one supergraph, well and with faults: the compiled engine must answer as one graphql-js
 * schema over the truth. What the other executors do differently is counted.
 */

import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, validate } from 'graphql';

import type { DifferenceCount } from './difference-count.ts';
import { operationsOf, type OperationChoices } from './operation-arbitrary.ts';
import { startTrial, type TrialSetup } from './trial.ts';

interface Comparing {
  readonly operations: number;
  readonly seed: number;
  readonly count: DifferenceCount;
}

/** Rejects where there is no supergraph, and at the first difference. */
export async function compareOperations(
  supergraph: TrialSetup & OperationChoices & { readonly name: string },
  { operations, seed, count }: Comparing,
): Promise<void> {
  const trial = await startTrial(supergraph);
  count.supergraphs += 1;
  const sampled = fc.sample(operationsOf(trial.apiSchema, supergraph), { numRuns: operations, seed });
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
  count.tooLong += trial.tooLong.length;
}
