/**
 * `npm run access:check`: executes the access matrix anew and fails where declared and observed differ, where a rule
 * decides nothing, or where the committed matrix is another. Then tells what changes against the main branch, what is
 * widened first. With `--declared` nothing is executed: the committed matrix is only held against the rules.
 */

import type { AccessMatrix } from './access/access-matrix.ts';
import { checkDeclared } from './access/check-declared.ts';
import { compareMatrices, describeDifference, isSameMatrix } from './access/compare-matrices.ts';
import { declareVerdicts } from './access/declare-verdicts.ts';
import { executeCompany } from './access/execute-company.ts';
import { findDeadRules } from './access/find-dead-rules.ts';
import { findStale, readBaseMatrix, readCommittedMatrix } from './access/matrix-files.ts';
import { linesOf, POLICIES } from './access/policy.ts';
import { CommandRefused } from './command-refused.ts';
import { readFlags } from './read-options.ts';

const USAGE = 'npm run access:check [-- --base COMMIT] [--declared]';

export async function run(args: readonly string[]): Promise<void> {
  const kinds = { base: { type: 'string' }, declared: { type: 'boolean' } } as const;
  const values = readFlags(args, kinds, USAGE);
  const committed = await readCommittedMatrix();
  const { matrix, problems } =
    values.declared === true ? await declaredOnly(committed) : await executed(committed);
  say(await differenceToBase(matrix, values.base));
  const dead = findDeadRules(linesOf(POLICIES), await declareVerdicts(POLICIES));
  const all = [...problems, ...dead];
  if (all.length > 0) throw new CommandRefused(`The access check fails:\n${all.join('\n')}`);
  say(['The access matrix is what the rules declare.']);
}

interface Checked {
  readonly matrix: AccessMatrix;
  readonly problems: readonly string[];
}

async function declaredOnly(committed: AccessMatrix): Promise<Checked> {
  const problems = await checkDeclared(committed, POLICIES);
  const stale = problems.length > 0 ? [] : await problemsOfStale(committed);
  return { matrix: committed, problems: [...problems, ...stale] };
}

async function executed(committed: AccessMatrix): Promise<Checked> {
  const { matrix, problems } = await executeCompany();
  const difference = compareMatrices(committed, matrix);
  const changes = isSameMatrix(difference)
    ? []
    : ['Against the committed matrix:', ...describeDifference(difference)];
  return { matrix, problems: [...problems, ...(await problemsOfStale(matrix)), ...changes] };
}

async function problemsOfStale(matrix: AccessMatrix): Promise<readonly string[]> {
  const stale = await findStale(matrix);
  if (stale.length === 0) return [];
  return [`${stale.join(' and ')}: not what was found; run "npm run access:matrix" and commit.`];
}

async function differenceToBase(
  matrix: AccessMatrix,
  wanted: string | undefined,
): Promise<readonly string[]> {
  const base = await readBaseMatrix(wanted);
  if (base.kind === 'none') return [`Nothing to compare with: ${base.because}.`];
  const difference = compareMatrices(base.matrix, matrix);
  if (isSameMatrix(difference)) return [`Against ${base.base}: nobody sees more or less.`];
  return [`Against ${base.base}:`, ...describeDifference(difference)];
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
