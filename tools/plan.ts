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
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new CommandRefused(`Name one file with the operation. Usage: ${USAGE}`);
  const { planner } = await openSupergraph(values.supergraph);
  const { document } = chosen(file, await readOperations(file, planner.apiSchema), values.operation);
  const { cases, neverRun } = conditionCases(document);
  const parts = cases.flatMap(({ document: fixed, when }) =>
    overrideCases(planner.labelsOf(fixed)).map((labels) => {
      const { plan } = planner.plan({ document: fixed, operationName: undefined, overrides: labels.on });
      const text = plan.node === undefined ? 'No subgraph is asked.' : printPlan(plan);
      const both = [when, labels.when].filter((each) => each !== '').join(', ');
      return both === '' ? text : `With ${both}:\n${text}`;
    }),
  );
  const never = neverRun.map((place) => `Never run, whatever the variables: ${file}:${place}`);
  process.stdout.write(`${[...parts, ...(never.length === 0 ? [] : [never.join('\n')])].join('\n\n')}\n`);
}

interface OverrideCase {
  readonly when: string;
  readonly on: readonly string[];
}

/** Before and after fields have moved, by the labels of `@override(label:)` that the operation meets. */
function overrideCases(labels: readonly string[]): readonly OverrideCase[] {
  if (labels.length === 0) return [{ when: '', on: [] }];
  const named = `${labels.length === 1 ? 'the override label' : 'the override labels'} ${labels.join(', ')}`;
  return [
    { when: `${named} off`, on: [] },
    { when: `${named} on`, on: labels },
  ];
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
