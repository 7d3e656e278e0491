/**
 * Reads what a supergraph says in its join directives: field sets, and names of subgraphs. Knows no operation.
 */

import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';

/** Those of the name. */
export function directivesOf(
  { directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name);
}

/** The string or enum value of an argument. */
export function textArgument(
  { arguments: given = [] }: ConstDirectiveNode | DirectiveNode,
  name: string,
): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** The value of an argument that is true or false; undefined where it is left out. */
export function flagArgument(
  { arguments: given = [] }: ConstDirectiveNode,
  name: string,
): boolean | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

export function parseFieldSet(text: string): SelectionSetNode {
  const source = text.trim().startsWith('{') ? text : `{${text}}`;
  const [definition] = parse(source, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a field set is a selection');
  return definition.selectionSet;
}

/** The names of subgraphs, by the enum values that stand for them in directives. */
export function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const values = supergraph.definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    values.map(({ name, directives: [graph] = [] }) => [
      name.value,
      (graph === undefined ? undefined : textArgument(graph, 'name')) ?? '',
    ]),
  );
}
