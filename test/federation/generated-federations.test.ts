/**
 * Federations that nobody has written, on generated operations: the compiled engine must answer as one graphql-js schema
 * over the truth. FEDERATIONS says how many, OPERATIONS how many operations for each, SEED which ones, OTHERS
 * asks the other executors too, of which one never ends planning some operations.
 */

import { SEED } from '../kit/seed.ts';
import { NotComposable } from '../kit/start-gateway.ts';
import { compareOperations } from './differential/compare-operations.ts';
import { DifferenceCount } from './differential/difference-count.ts';
import { generateFederation } from './generated/generate-federation.ts';
import { stopFederations } from './kit/federation.ts';

const FEDERATIONS = Number(process.env['FEDERATIONS'] ?? 20);
const OPERATIONS = Number(process.env['OPERATIONS'] ?? 8);
/** An operation that takes longer is counted and not judged. */
const PLANNING_MS = 5_000;
const IS_ALONE = process.env['OTHERS'] === undefined;

const count = new DifferenceCount();
let uncomposed = 0;

afterEach(stopFederations);

test.each(Array.from({ length: FEDERATIONS }, (_, index) => SEED + index))(
  'federation %i',
  async (seed) => {
    await compareOperations(
      { ...generateFederation(seed), isAlone: IS_ALONE, planningMs: PLANNING_MS },
      { operations: OPERATIONS, seed, count },
    ).catch((error: unknown) => {
      // Subgraphs made up by chance need not go together.
      if (!(error instanceof NotComposable)) throw error;
      uncomposed += 1;
    });
  },
  600_000,
);

afterAll(() => {
  process.stdout.write(`${count.summary(SEED)}; ${uncomposed} could not be composed\n`);
  expect(count.supergraphs).toBeGreaterThan(uncomposed);
  expect(count.tooLong).toBeLessThanOrEqual(FEDERATIONS / 10);
});
