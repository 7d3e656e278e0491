/**
 * The query of an entity fetch taken apart, so that several can be put together into one: the same field under
 * several aliases. All text is escaped as it stands in a JSON string. Knows no representation.
 */

import type { FetchNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

import { documentOf } from '../planning/fetch-document.ts';

export const REPRESENTATIONS = 'representations';

export interface EntityQuery {
  /** The body of a request that asks this alone, up to its variables. */
  readonly head: string;
  readonly operationName: string | undefined;
  /** What is asked of each entity. */
  readonly selection: string;
  /** Definitions of the client's variables, by name. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Undefined for a query that must go alone. */
export function takeApart(fetch: FetchNode, head: string): EntityQuery | undefined {
  const [operation, ...others] = documentOf(fetch).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return undefined;
  const { variableDefinitions = [] } = operation;
  // A client may have called a variable of its own like ours.
  const alike = variableDefinitions.map(nameOf).filter((name) => name.startsWith(REPRESENTATIONS));
  if (alike.length !== 1 || alike[0] !== REPRESENTATIONS) return undefined;
  const selection = entitySelection(operation, fetch.operation);
  if (selection === undefined) return undefined;
  const ofClient = variableDefinitions.filter((definition) => nameOf(definition) !== REPRESENTATIONS);
  const variables = new Map(ofClient.map((definition) => [nameOf(definition), textOf(definition)]));
  return { head, operationName: fetch.operationName, selection, variables };
}

function nameOf({ variable }: VariableDefinitionNode): string {
  return variable.name.value;
}

/**
 * The query with a number behind the names of some of its variables, so that one document can ask it several times
 * with other values. Undefined for a query that must go alone.
 */
export function numbered(
  node: FetchNode,
  names: ReadonlySet<string>,
): ((number: number) => EntityQuery) | undefined {
  const mark = markFor(node.operation);
  const renamed = visit(parse(node.operation, { noLocation: true }), {
    Variable: ({ name, ...variable }) =>
      names.has(name.value) ? { ...variable, name: { ...name, value: name.value + mark } } : undefined,
  });
  const operation = stripIgnoredCharacters(print(renamed));
  const marked = takeApart({ ...node, operation }, headOf({ ...node, operation }));
  if (marked === undefined) return undefined;
  return (number) => {
    const fill = (text: string) => text.replaceAll(mark, numberSuffix(number));
    const { head, selection, variables } = marked;
    return {
      ...marked,
      head: fill(head),
      selection: fill(selection),
      variables: new Map([...variables].map(([name, text]) => [fill(name), fill(text)])),
    };
  };
}

export function numberSuffix(number: number): string {
  return `_${number}`;
}

/** Stands nowhere in the text. */
function markFor(text: string): string {
  let mark = '_number_';
  while (text.includes(mark)) mark += '_';
  return mark;
}

/** A request body up to its variables. */
export function headOf({ operation: query, operationName }: FetchNode): string {
  return `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":`;
}

/** Whether one document can hold both: a name means one thing in it. */
export function canShareDocument(one: EntityQuery, other: EntityQuery): boolean {
  return [...one.variables].every(([name, text]) => (other.variables.get(name) ?? text) === text);
}

/** The body up to its variables of a request that asks all of them; the aliases and variables are `aliasOf(index)`. */
export function headOfAll(queries: readonly EntityQuery[]): string {
  const variables = new Map(queries.flatMap((each) => [...each.variables]));
  const lists = queries.map((_query, index) => `$${aliasOf(index)}:[_Any!]!`);
  const fields = queries.map(
    ({ selection }, index) =>
      `${aliasOf(index)}:_entities(${REPRESENTATIONS}:$${aliasOf(index)})${selection}`,
  );
  const name = queries[0]?.operationName;
  const query = `query ${name ?? ''}(${[...lists, ...variables.values()].join(',')}){${fields.join(' ')}}`;
  const tail = name === undefined ? '' : `,"operationName":${JSON.stringify(name)}`;
  return `{"query":"${query}"${tail},"variables":`;
}

/** No variable of a query that can be put together begins like this. */
export function aliasOf(index: number): string {
  return `${REPRESENTATIONS}_${index}`;
}

/** How a planned text asks for entities. */
const FIELD = `{_entities(${REPRESENTATIONS}:$${REPRESENTATIONS})`;

function entitySelection(
  { directives = [], selectionSet }: OperationDefinitionNode,
  text: string,
): string | undefined {
  const [field, ...others] = selectionSet.selections;
  if (directives.length > 0 || others.length > 0 || field?.kind !== Kind.FIELD) return undefined;
  const isPlain = field.alias === undefined && (field.directives ?? []).length === 0;
  if (!isPlain || field.selectionSet === undefined) return undefined;
  const at = text.indexOf(FIELD);
  // It may also stand in a client's string.
  const isFound = at >= 0 && !text.includes(FIELD, at + 1);
  return isFound ? escaped(text.slice(at + FIELD.length, -1)) : textOf(field.selectionSet);
}

function textOf(node: Parameters<typeof print>[0]): string {
  return escaped(stripIgnoredCharacters(print(node)));
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
