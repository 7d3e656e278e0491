/**
 * `npm run access:mutate`: flips every rule, or with `--lines` every single line, and counts how many of these mistakes
 * the check would have found. Fails when one would have gone unnoticed.
 */

import { readCommittedMatrix } from './access/matrix-files.ts';
import { FLIPS, mutateLines, mutateRules, type Mutant } from './access/mutate-rules.ts';
import { POLICIES } from './access/policy.ts';
import { CommandRefused } from './command-refused.ts';
import { readFlags } from './read-options.ts';

const USAGE = 'npm run access:mutate [-- --lines]';

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, { lines: { type: 'boolean' } }, USAGE);
  const matrix = await readCommittedMatrix();
  const mutants = await (values.lines === true ? mutateLines : mutateRules)(matrix, POLICIES);
  process.stdout.write(`${countMutants(mutants)}\n`);
  const survivors = mutants.filter(({ fate }) => fate === 'survived');
  if (survivors.length > 0)
    throw new CommandRefused(
      survivors.map(({ of, flip }) => `"${of}" ${flip}, and nobody would notice`).join('\n'),
    );
}

/** One line for each way in which rules are flipped. */
export function countMutants(mutants: readonly Mutant[]): string {
  return FLIPS.map((flip) => {
    const flipped = mutants.filter((mutant) => mutant.flip === flip);
    const count = (fate: Mutant['fate']) => flipped.filter((mutant) => mutant.fate === fate).length;
    return `${flip}: ${flipped.length} flipped, ${count('killed')} found by the check, ${count('refused')} refused at the start, ${count('survived')} unnoticed`;
  }).join('\n');
}
