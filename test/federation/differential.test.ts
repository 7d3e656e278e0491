/**
 * Three executors on the same generated operations over the same data: the compiled engine, the one built on
 * @apollo/gateway, and one graphql-js schema, which decides. OPERATIONS says how many for each supergraph and SEED
 * repeats a run.
 */

import * as fc from 'fast-check';
import { parse, validate } from 'graphql';

import { operationsOf } from './differential/operation-arbitrary.ts';
import { supergraphs } from './differential/supergraphs.ts';
import { explainedNulls, sortedText, type Answer } from './kit/answer.ts';
import { federate } from './kit/federation.ts';

const OPERATIONS = Number(process.env['OPERATIONS'] ?? 400);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const totals = { operations: 0, apolloDiffers: 0, leftToApollo: 0 };
const apolloExamples: string[] = [];

const seenBy = (answer: Answer) => ({ text: sortedText(answer), nulls: explainedNulls(answer) });

test.each(supergraphs)(
  '$name',
  async ({ values, ...setup }) => {
    const federation = await federate(setup);
    const sampled = fc.sample(operationsOf(federation.apiSchema, { values }), {
      numRuns: OPERATIONS,
      seed: SEED,
    });
    for (const { query, variables } of sampled) {
      // Two selections that cannot be merged; about one in ten.
      if (validate(federation.apiSchema, parse(query)).length > 0) continue;
      const truth = seenBy(await federation.monolith(query, variables));
      const ours = seenBy(await federation.compiled(query, variables));
      expect({ query, variables, ...ours }).toEqual({ query, variables, ...truth });
      totals.operations += 1;
      const apollos = await federation.apollo(query, variables).catch((error: unknown) => String(error));
      if (typeof apollos !== 'string' && JSON.stringify(seenBy(apollos)) === JSON.stringify(truth)) continue;
      totals.apolloDiffers += 1;
      apolloExamples.push(query);
    }
    totals.leftToApollo += federation.leftToApollo.length;
  },
  600_000,
);

afterAll(() => {
  const { operations, apolloDiffers, leftToApollo } = totals;
  process.stdout.write(
    `differential: ${supergraphs.length} supergraphs, ${operations} operations, seed ${SEED}, ` +
      `the compiled engine differs in 0 and left ${leftToApollo} to the second engine, that one differs in ${apolloDiffers}\n`,
  );
  if (process.env['EXAMPLES'] !== undefined)
    process.stdout.write(`${apolloExamples.slice(0, 20).join('\n\n')}\n`);
});
