/**
 * The operations of a file, each by itself, for the commands that plan them. Knows no plan.
 */

import { readFile } from 'node:fs/promises';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  separateOperations,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { CommandRefused } from '../command-refused.ts';

export interface OperationInFile {
  /** Undefined where it has none. */
  readonly name: string | undefined;
  /** It and the fragments that it spreads. */
  readonly document: DocumentNode;
}

/** @throws CommandRefused with every mistake and its place. */
export async function readOperations(
  file: string,
  schema: GraphQLSchema,
): Promise<readonly OperationInFile[]> {
  const { document, errors } = parseOperations(await readText(file));
  const problems = document === undefined ? errors : validate(schema, document);
  if (document !== undefined && problems.length === 0)
    return Object.values(separateOperations(document)).map((each) => ({
      name: getOperationAST(each)?.name?.value,
      document: each,
    }));
  const lines = problems.map(({ message, locations: [place] = [] }) =>
    place === undefined ? `${file}: ${message}` : `${file}:${place.line}:${place.column} ${message}`,
  );
  throw new CommandRefused(lines.join('\n'));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (problem) {
    throw new CommandRefused(`${file} ${whyUnreadable(problem)}.`, problem);
  }
}

function parseOperations(text: string): { document?: DocumentNode; errors: readonly GraphQLError[] } {
  try {
    const document = parse(text);
    const hasOperation = document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return hasOperation ? { document, errors: [] } : { errors: [new GraphQLError('There is no operation.')] };
  } catch (problem) {
    if (problem instanceof GraphQLError) return { errors: [problem] };
    throw problem;
  }
}
