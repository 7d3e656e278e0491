/**
 * `npm run access:explain -- Customer.email --as support`: whether that role may see that field, by which rule and why,
 * where it stands and who answers for it. Reads the committed matrix.
 */

import { OWNERSHIP } from '../schema/ownership.ts';
import { nearestName } from '../gateway/config/nearest-name.ts';
import type { AccessMatrix, MatrixLine, Verdict } from './access/access-matrix.ts';
import { ASKERS, type Asker } from './access/asker.ts';
import { findEntry } from './access/find-entry.ts';
import { readCommittedMatrix } from './access/matrix-files.ts';
import { linesOf, POLICIES } from './access/policy.ts';
import { CommandRefused } from './command-refused.ts';
import { readOptions } from './read-options.ts';

const USAGE = 'npm run access:explain -- Type.field --as ROLE';

export async function run(args: readonly string[]): Promise<void> {
  process.stdout.write(`${explain(await readCommittedMatrix(), args)}\n`);
}

/** @throws CommandRefused that names the field or role that was probably meant. */
export function explain(matrix: AccessMatrix, args: readonly string[]): string {
  const { values, positionals } = readOptions(args, { as: { type: 'string' } }, USAGE);
  const [field, ...more] = positionals;
  if (field === undefined || values.as === undefined || more.length > 0)
    throw new CommandRefused(`Say which field, and for whom. Usage: ${USAGE}`);
  const asker = ASKERS.find((known) => known === values.as);
  if (asker === undefined) throw unknown('role', values.as, ASKERS);
  const lines = matrix.lines.filter((line) => line.field === field);
  if (lines.length === 0) throw unknown('field', field, [...new Set(matrix.lines.map((line) => line.field))]);
  return lines.map((line) => explanationOf(line, asker)).join('\n\n');
}

function explanationOf(line: MatrixLine, asker: Asker): string {
  const { system, field, rule, why, owner, cells } = line;
  const entry = findEntry(system, field);
  const says = linesOf(POLICIES).find((each) => each.system === system && each.place === field)?.rule.says;
  return [
    `${field} of ${system} for ${asker}: ${cells[asker]} — ${meaningOf(cells[asker], line)}`,
    `  rule   ${rule}${says === undefined ? '' : ` (${says})`}`,
    `  why    ${why}`,
    `  where  ${entry === undefined ? `subgraphs/${system}/permissions.ts` : `${entry.file}:${entry.line}`}`,
    `  owner  ${owner} <${OWNERSHIP[system].contact}>`,
  ].join('\n');
}

function meaningOf(verdict: Verdict, { others }: MatrixLine): string {
  switch (verdict) {
    case 'allow':
      return 'it is answered.';
    case 'conditional':
      return `it is answered for what is theirs; what belongs to others is ${others ?? 'withheld'}.`;
    case 'unreachable':
      return 'the rule would let in, but every way to the field is refused.';
    case 'deny':
      return 'the rule refuses it.';
  }
}

function unknown(what: string, given: string, known: readonly string[]): CommandRefused {
  const near = nearestName(given, known);
  const hint = near === undefined ? '.' : `; did you mean "${near}"?`;
  return new CommandRefused(`There is no ${what} "${given}"${hint}`);
}
