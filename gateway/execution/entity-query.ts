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
  type DefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';

export const REPRESENTATIONS = 'representations';

export interface EntityQuery {
  /** The body of a request that asks this alone, up to its variables. */
  readonly head: string;
  readonly operationName: string | undefined;
  /** What is asked of each entity. */
  readonly selection: string;
  /** Definitions, by name. */
  readonly fragments: ReadonlyMap<string, string>;
  /** Definitions of the client's variables, by name. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Undefined for a query that must go alone. */
export function takeApart(
  { operation: text, operationName }: FetchNode,
  head: string,
): EntityQuery | undefined {
  const { definitions } = parse(text, { noLocation: true });
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const selection = operation === undefined ? undefined : entitySelection(operation);
  if (operation === undefined || selection === undefined) return undefined;
  const variables = namedTexts(operation.variableDefinitions ?? [], ({ variable }) => variable.name.value);
  // A client may have called a variable of its own like ours.
  const alike = [...variables.keys()].filter((name) => name.startsWith(REPRESENTATIONS));
  if (alike.length !== 1 || !variables.delete(REPRESENTATIONS)) return undefined;
  return { head, operationName, selection, fragments: fragmentTexts(definitions), variables };
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
    const fillAll = (texts: ReadonlyMap<string, string>) =>
      new Map([...texts].map(([name, text]) => [fill(name), fill(text)]));
    const { head, selection, fragments, variables } = marked;
    return {
      ...marked,
      head: fill(head),
      selection: fill(selection),
      fragments: fillAll(fragments),
      variables: fillAll(variables),
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
  return agree(one.fragments, other.fragments) && agree(one.variables, other.variables);
}

/** The body up to its variables of a request that asks all of them; the aliases and variables are `aliasOf(index)`. */
export function headOfAll(queries: readonly EntityQuery[]): string {
  const variables = new Map(queries.flatMap((each) => [...each.variables]));
  const fragments = new Map(queries.flatMap((each) => [...each.fragments]));
  const lists = queries.map((_query, index) => `$${aliasOf(index)}:[_Any!]!`);
  const fields = queries.map(
    ({ selection }, index) =>
      `${aliasOf(index)}:_entities(${REPRESENTATIONS}:$${aliasOf(index)})${selection}`,
  );
  const name = queries[0]?.operationName;
  const query = `query ${name ?? ''}(${[...lists, ...variables.values()].join(',')}){${fields.join(' ')}}`;
  const tail = name === undefined ? '' : `,"operationName":${JSON.stringify(name)}`;
  return `{"query":"${[query, ...fragments.values()].join(' ')}"${tail},"variables":`;
}

/** No variable of a query that can be put together begins like this. */
export function aliasOf(index: number): string {
  return `${REPRESENTATIONS}_${index}`;
}

function entitySelection({ directives = [], selectionSet }: OperationDefinitionNode): string | undefined {
  const [field, ...others] = selectionSet.selections;
  if (directives.length > 0 || others.length > 0 || field?.kind !== Kind.FIELD) return undefined;
  const isPlain = field.alias === undefined && (field.directives ?? []).length === 0;
  return isPlain && field.selectionSet !== undefined ? textOf(field.selectionSet) : undefined;
}

function fragmentTexts(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  return namedTexts(
    definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION),
    ({ name }) => name.value,
  );
}

function namedTexts<Node extends Parameters<typeof print>[0]>(
  nodes: readonly Node[],
  nameOf: (node: Node) => string,
): Map<string, string> {
  return new Map(nodes.map((node) => [nameOf(node), textOf(node)]));
}

function textOf(node: Parameters<typeof print>[0]): string {
  return JSON.stringify(stripIgnoredCharacters(print(node))).slice(1, -1);
}

function agree(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return [...one].every(([name, text]) => (other.get(name) ?? text) === text);
}
