/**
 * `npm run access:matrix`: executes who may see what, and writes it down in `schema/access-matrix.md` and `.json`.
 * Starts what it needs. Writes nothing when the rules, the subgraphs and the gateway differ.
 */

import { executeCompany } from './access/execute-company.ts';
import { writeMatrix } from './access/matrix-files.ts';
import { CommandRefused } from './command-refused.ts';
import { readFlags } from './read-options.ts';

const USAGE = 'npm run access:matrix';

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, USAGE);
  const { matrix, problems, executions } = await executeCompany();
  if (problems.length > 0)
    throw new CommandRefused(
      `Declared and observed differ in ${problems.length} cells:\n${problems.join('\n')}`,
    );
  const changed = await writeMatrix(matrix);
  const written = changed.length === 0 ? 'nothing has changed' : `written: ${changed.join(' and ')}`;
  process.stdout.write(`${matrix.lines.length} lines, ${executions} executions; ${written}.\n`);
}
