/**
 * `npm run schema:outages`: what the outage of each system does to operations, by the composed supergraph. Asks no
 * system; names the operations of `schema/operations/` unless told others.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';

import { separateAccess } from '../gateway/access/create-access.ts';
import { createPlanner } from '../gateway/planning/create-planner.ts';
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts';
import { CommandRefused } from './command-refused.ts';
import {
  lossesOfOthers,
  renderOutages,
  reportOutages,
  type NamedOperation,
} from './outage/report-outages.ts';
import { readOptions } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';

const USAGE = 'npm run schema:outages [-- FILE or FOLDER …] [--supergraph FILE] [--json] [--strict]';
const OWN_SUPERGRAPH = path.join(CHECKOUT, 'schema', 'supergraph.graphql');
const OWN_OPERATIONS = path.join(CHECKOUT, 'schema', 'operations');

export async function run(args: readonly string[]): Promise<void> {
  const kinds = {
    supergraph: { type: 'string' },
    json: { type: 'boolean' },
    strict: { type: 'boolean' },
  } as const;
  const { values, positionals } = readOptions(args, kinds, USAGE);
  // As somebody would have it who may see all.
  const { supergraph } = separateAccess(readSupergraph(values.supergraph ?? OWN_SUPERGRAPH));
  const { apiSchema } = createPlanner(supergraph.sdl);
  const files = await filesOf(positionals.length === 0 ? [OWN_OPERATIONS] : positionals);
  const operations = await Promise.all(files.map((file) => readOperations(file, apiSchema)));
  const report = reportOutages(supergraph, operations.flat());
  process.stdout.write(
    `${values.json === true ? JSON.stringify(report, undefined, 2) : renderOutages(report)}\n`,
  );
  const { length } = lossesOfOthers(report);
  if (values.strict === true && length > 0)
    throw new CommandRefused(`In ${length} places an outage empties more than what the system owns.`);
}

async function filesOf(named: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    named.map(async (name) => {
      const isFolder = await stat(name).then(
        (stats) => stats.isDirectory(),
        (problem: unknown) => {
          throw new CommandRefused(`${name} cannot be read. Usage: ${USAGE}`, problem);
        },
      );
      if (!isFolder) return [name];
      const inside = (await readdir(name)).filter((file) => file.endsWith('.graphql')).sort();
      return inside.map((file) => path.join(name, file));
    }),
  );
  return found.flat();
}

/** @throws CommandRefused where the file does not hold one operation that fits the schema. */
export async function readOperations(
  file: string,
  schema: GraphQLSchema,
): Promise<readonly NamedOperation[]> {
  try {
    const document = parse(await readFile(file, 'utf8'));
    const [problem] = validate(schema, document);
    if (problem !== undefined) throw problem;
    return [{ name: path.basename(file, '.graphql'), document }];
  } catch (problem) {
    if (!(problem instanceof GraphQLError)) throw problem;
    const { line, column } = problem.locations?.[0] ?? { line: 1, column: 1 };
    throw new CommandRefused(`${file}:${line}:${column}: ${problem.message}`, problem);
  }
}
