/**
 * Generated operations that defer fragments, over the supergraphs of the differential test and over federations that
 * nobody has written: the parts put together are the answer that one graphql-js schema gives whole. DEFERRED says how
 * many for each, FEDERATIONS how many federations and SEED which.
 */

import * as fc from 'fast-check';
import { parse, specifiedRules, validate } from 'graphql';

import { DEFER_RULES } from '../../gateway/request/defer-rules.ts';
import { INCREMENTAL_FORMATS } from '../../gateway/request/incremental-format.ts';
import { mergeParts, type MergedAnswer, type Payload } from '../kit/ask-in-parts.ts';
import { SEED } from '../kit/seed.ts';
import { NotComposable } from '../kit/start-gateway.ts';
import { operationsOf, type OperationChoices } from './differential/operation-arbitrary.ts';
import { supergraphs } from './differential/supergraphs.ts';
import type { TrialSetup } from './differential/trial.ts';
import { generateFederation } from './generated/generate-federation.ts';
import { answerOf, sortedText, type Answer } from './kit/answer.ts';
import { federate, stopFederations } from './kit/federation.ts';

const OPERATIONS = Number(process.env['DEFERRED'] ?? 14);
const FEDERATIONS = Number(process.env['FEDERATIONS'] ?? 10);

/** An operation with which the planner does not end is answered whole after that time. */
const PLANNING_MS = 5_000;

const RULES = [...specifiedRules, ...DEFER_RULES];

const totals = { federations: 0, operations: 0, inParts: 0, later: 0 };

test.each(supergraphs)('$name', compareDeferred, 600_000);

test.each(Array.from({ length: FEDERATIONS }, (_, index) => SEED + index))(
  'federation %i',
  (seed) =>
    compareDeferred(generateFederation(seed)).catch((error: unknown) => {
      // Subgraphs made up by chance need not go together.
      if (!(error instanceof NotComposable)) throw error;
    }),
  600_000,
);

async function compareDeferred(supergraph: TrialSetup & OperationChoices): Promise<void> {
  const federation = await federate({ ...supergraph, planningMs: PLANNING_MS });
  const { apiSchema } = federation;
  const { reset = () => undefined } = supergraph;
  const sampled = fc.sample(operationsOf(apiSchema, { ...supergraph, defers: true }), {
    numRuns: OPERATIONS,
    seed: SEED,
  });
  for (const { query, variables } of sampled) {
    if (validate(apiSchema, parse(query), RULES).length > 0) continue;
    reset();
    const truth = await federation.monolith(query, variables);
    for (const format of INCREMENTAL_FORMATS) {
      reset();
      const payloads = await federation.inParts(query, variables, format);
      const merged = mergeParts(payloads);
      count(payloads);
      const seen = { query, variables, format: format.parameter };
      expect({ ...seen, problem: differenceOf(merged, truth) }).toEqual({ ...seen, problem: undefined });
    }
  }
  expect(federation.leftToApollo).toEqual([]);
  totals.federations += 1;
}

// Each has a thread.
afterEach(stopFederations);

afterAll(() => {
  const { federations, operations, inParts, later } = totals;
  process.stdout.write(
    `deferred: ${federations} supergraphs, ${operations} answers, ${inParts} of them in parts, ${later} later payloads, seed ${SEED}\n`,
  );
});

function count(payloads: readonly Payload[]): void {
  totals.operations += 1;
  totals.later += payloads.length - 1;
  if (payloads.length > 1) totals.inParts += 1;
}

/** A failed part leaves out what it would have brought, where a whole answer loses more to the same null. */
function differenceOf({ data, errors }: MergedAnswer, truth: Answer): string | undefined {
  if (truth.errors.length > 0) {
    if (errors.length === 0) return 'nothing is said to have failed';
    return holds(data, truth.data) ? undefined : `${JSON.stringify(data)} is not in ${truth.text}`;
  }
  if (errors.length > 0) return `unexpected errors: ${JSON.stringify(errors)}`;
  const [merged, whole] = [sortedText(answerOf({ data })), sortedText(truth)];
  return merged === whole ? undefined : `${merged} is not ${whole}`;
}

/** Whether what is in parts is what the whole has, as far as both go. */
function holds(parts: unknown, whole: unknown): boolean {
  if (whole === null) return true;
  if (typeof whole !== 'object' || typeof parts !== 'object' || parts === null) return parts === whole;
  const given = new Map(Object.entries(whole));
  return Object.entries(parts).every(([key, value]) => given.has(key) && holds(value, given.get(key)));
}
