/**
 * `npm run schema:outages`: what the outage of each system does to operations, by the composed supergraph. Asks no
 * system; names the operations of `schema/operations/` unless told others.
 */

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import type { GraphQLSchema } from 'graphql';

import { whyUnreadable } from '../schema/contract/why-unreadable.ts';
import { CommandRefused } from './command-refused.ts';
import {
  lossesOfOthers,
  renderOutages,
  reportOutages,
  type NamedOperation,
} from './outage/report-outages.ts';
import { openSupergraph } from './planning/open-supergraph.ts';
import { readOperations } from './planning/read-operations.ts';
import { readOptions } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';

const USAGE =
  'npm run schema:outages [-- FILE or FOLDER …] [--supergraph FILE or FOLDER] [--json] [--strict]';
const OWN_OPERATIONS = path.join(CHECKOUT, 'schema', 'operations');

export async function run(args: readonly string[]): Promise<void> {
  const kinds = {
    supergraph: { type: 'string' },
    json: { type: 'boolean' },
    strict: { type: 'boolean' },
  } as const;
  const { values, positionals } = readOptions(args, kinds, USAGE);
  const { supergraph, planner } = await openSupergraph(values.supergraph);
  const files = await filesOf(positionals.length === 0 ? [OWN_OPERATIONS] : positionals);
  const operations = await Promise.all(files.map((file) => namedOperations(file, planner.apiSchema)));
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
          throw new CommandRefused(`${name} ${whyUnreadable(problem)}. Usage: ${USAGE}`, problem);
        },
      );
      if (!isFolder) return [name];
      const inside = (await readdir(name)).filter((file) => file.endsWith('.graphql')).sort();
      return inside.map((file) => path.join(name, file));
    }),
  );
  return found.flat();
}

/** After the file, and where that holds several, after itself too. */
async function namedOperations(file: string, schema: GraphQLSchema): Promise<readonly NamedOperation[]> {
  const operations = await readOperations(file, schema);
  const inFile = path.basename(file, '.graphql');
  return operations.map(({ name = '', document }) => ({
    name: operations.length === 1 ? inFile : `${inFile} ${name}`,
    document,
  }));
}
