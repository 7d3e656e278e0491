/**
 * `npm run plan -- FILE`: how the gateway would run the operation in the file, as text. Asks no subgraph.
 */

import { printPlan } from '../gateway/planning/print-plan.ts';
import { CommandRefused } from './command-refused.ts';
import { conditionCases } from './planning/condition-cases.ts';
import { openSupergraph } from './planning/open-supergraph.ts';
import { readOperations, type OperationInFile } from './planning/read-operations.ts';
import { readOptions } from './read-options.ts';

const USAGE = 'npm run plan -- FILE [--operation NAME] [--supergraph FILE or FOLDER]';

export async function run(args: readonly string[]): Promise<void> {
  const kinds = { operation: { type: 'string' }, supergraph: { type: 'string' } } as const;
  const { values, positionals } = readOptions(args, kinds, USAGE);
  const [file] = positionals;
  if (file === undefined) throw new CommandRefused(`Name the file with the operation. Usage: ${USAGE}`);
  const { planner } = await openSupergraph(values.supergraph);
  const { document } = chosen(file, await readOperations(file, planner.apiSchema), values.operation);
  const { cases, neverRun } = conditionCases(document);
  const parts = cases.map((each) => {
    const { plan } = planner.plan({ document: each.document, operationName: undefined, overrides: [] });
    const text = plan.node === undefined ? 'No subgraph is asked.' : printPlan(plan);
    return each.when === '' ? text : `With ${each.when}:\n${text}`;
  });
  const never = neverRun.map((place) => `Never run, whatever the variables: ${file}:${place}`);
  process.stdout.write(`${[...parts, ...(never.length === 0 ? [] : [never.join('\n')])].join('\n\n')}\n`);
}

function chosen(
  file: string,
  operations: readonly OperationInFile[],
  name: string | undefined,
): OperationInFile {
  const [first, ...others] =
    name === undefined ? operations : operations.filter((each) => each.name === name);
  if (first !== undefined && others.length === 0) return first;
  const named = operations.map((each) => each.name ?? 'one without a name').join(', ');
  throw new CommandRefused(`${file} holds ${named}: say which by --operation NAME.`);
}
