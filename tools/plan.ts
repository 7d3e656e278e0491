/**
 * `npm run plan -- FILE`: how the gateway would run the operation in the file, as text. Asks no subgraph.
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { separateAccess } from '../gateway/access/create-access.ts';
import { createPlanner } from '../gateway/planning/create-planner.ts';
import { printPlan } from '../gateway/planning/print-plan.ts';
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts';
import { CommandRefused } from './command-refused.ts';
import { readOptions } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';

const USAGE = 'npm run plan -- FILE [--operation NAME] [--supergraph FILE]';
const OWN_SUPERGRAPH = path.join(CHECKOUT, 'schema', 'supergraph.graphql');

export async function run(args: readonly string[]): Promise<void> {
  const kinds = { operation: { type: 'string' }, supergraph: { type: 'string' } } as const;
  const { values, positionals } = readOptions(args, kinds, USAGE);
  const [file] = positionals;
  if (file === undefined) throw new CommandRefused(`Name the file with the operation. Usage: ${USAGE}`);
  // As somebody would have it who may see all.
  const { supergraph } = separateAccess(readSupergraph(values.supergraph ?? OWN_SUPERGRAPH));
  const planner = createPlanner(supergraph.sdl);
  const document = readOperation(file, await readText(file), planner.apiSchema);
  const { plan } = planner.plan({ document, operationName: values.operation, overrides: [] });
  process.stdout.write(`${printPlan(plan)}\n`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (problem) {
    throw new CommandRefused(`${file} cannot be read.`, problem);
  }
}

function readOperation(file: string, text: string, schema: GraphQLSchema): DocumentNode {
  const { document, errors } = parseOperation(text);
  const problems = document === undefined ? errors : validate(schema, document);
  if (document !== undefined && problems.length === 0) return document;
  const lines = problems.map(({ message, locations: [place] = [] }) =>
    place === undefined ? message : `${file}:${place.line}:${place.column} ${message}`,
  );
  throw new CommandRefused(lines.join('\n'));
}

function parseOperation(text: string): { document?: DocumentNode; errors: readonly GraphQLError[] } {
  try {
    return { document: parse(text), errors: [] };
  } catch (problem) {
    if (problem instanceof GraphQLError) return { errors: [problem] };
    throw problem;
  }
}
