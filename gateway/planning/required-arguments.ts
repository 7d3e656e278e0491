/**
 * Fields that other fields need with arguments (`@requires(fields: "price(currency: EUR)")`). The planner asks every
 * need under the plain name and would give one value to two needs, so it plans over a supergraph in which each such
 * need is a field of its own; its plans are then put into the words of the subgraphs. Knows no data.
 */

import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type NameNode,
} from 'graphql';

import { parseFieldSet } from '../supergraph/join-directives.ts';

export interface RequiredArguments {
  /** The supergraph to plan over; the same where nothing is needed with arguments. */
  readonly supergraph: DocumentNode;
  /** The field that a name of that supergraph stands for. */
  readonly originOf: (name: string) => string;
  /** A fetch as the subgraph understands it. */
  readonly translate: (fetch: FetchNode) => FetchNode;
}

/** No field of a client or of a subgraph is called like this. */
const MARK = '__required';

export function requiredArguments(given: DocumentNode): RequiredArguments {
  const needs = new Map<string, FieldNode>();
  const named = nameNeeds(given, needs);
  if (needs.size === 0) return { supergraph: given, originOf: (name) => name, translate: (fetch) => fetch };
  return {
    supergraph: withNeeds(named, needs),
    originOf: (name) => needs.get(name)?.name.value ?? name,
    translate: (fetch) => ({
      ...fetch,
      operation: fetch.operation.includes(MARK) ? inWordsOfSubgraph(fetch.operation, needs) : fetch.operation,
      inputRewrites: [...renames(fetch.requires ?? [], [], needs), ...(fetch.inputRewrites ?? [])],
    }),
  };
}

/** The supergraph with other names in its field sets; which need each name is, is written into `needs`. */
function nameNeeds(supergraph: DocumentNode, needs: Map<string, FieldNode>): DocumentNode {
  const names = new Map<string, string>();
  const nameOf = (field: FieldNode): string => {
    const { selectionSet: _below, ...need } = field;
    const text = print(need);
    const name = names.get(text) ?? `${need.name.value}${MARK}${names.size}`;
    names.set(text, name);
    needs.set(name, need);
    return name;
  };
  const renamed = (fieldSet: string): string => {
    if (!fieldSet.includes('(')) return fieldSet;
    const set = visit(parseFieldSet(fieldSet), {
      Field(node) {
        if (node.arguments === undefined || node.arguments.length === 0) return undefined;
        return { ...node, name: nameNode(nameOf(node)), arguments: [] };
      },
    });
    return stripIgnoredCharacters(print(set));
  };
  return visit(supergraph, {
    Directive({ name, arguments: given = [], ...node }): ConstDirectiveNode | undefined {
      if (name.value !== 'join__field') return undefined;
      const all = given.map((argument) => {
        const { value } = argument;
        if (argument.name.value !== 'requires' || value.kind !== Kind.STRING) return argument;
        return { ...argument, value: { ...value, value: renamed(value.value) } };
      });
      // Reason for the cast: what stands in a schema has constant values.
      return { ...node, name, arguments: all } as ConstDirectiveNode;
    },
  });
}

/** Each need is a field without arguments wherever its origin is a field. */
function withNeeds(supergraph: DocumentNode, needs: ReadonlyMap<string, FieldNode>): DocumentNode {
  const add = <T extends { readonly fields?: readonly FieldDefinitionNode[] | undefined }>(type: T): T => {
    const added = [...needs].flatMap(([name, { name: origin }]) =>
      (type.fields ?? [])
        .filter((field) => field.name.value === origin.value && (field.arguments ?? []).length > 0)
        .map((field) => ({ ...field, name: nameNode(name), arguments: [] })),
    );
    return { ...type, fields: [...(type.fields ?? []), ...added] };
  };
  return visit(supergraph, { ObjectTypeDefinition: add, InterfaceTypeDefinition: add });
}

function inWordsOfSubgraph(operation: string, needs: ReadonlyMap<string, FieldNode>): string {
  const translated: ASTNode = visit(parse(operation, { noLocation: true }), {
    Field(node): FieldNode | undefined {
      const need = needs.get(node.name.value);
      return need === undefined ? undefined : { ...node, ...need, alias: node.alias ?? node.name };
    },
  });
  return stripIgnoredCharacters(print(translated));
}

/** In a representation a need has the plain name again. */
function renames(
  selections: readonly QueryPlanSelectionNode[],
  path: readonly string[],
  needs: ReadonlyMap<string, FieldNode>,
): readonly FetchDataRewrite[] {
  return selections.flatMap((selection): readonly FetchDataRewrite[] => {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const within = typeCondition === undefined ? path : [...path, `... on ${typeCondition}`];
      return renames(selection.selections, within, needs);
    }
    const at = [...path, selection.name];
    const below = renames(selection.selections ?? [], at, needs);
    const need = needs.get(selection.name);
    if (need === undefined) return below;
    return [...below, { kind: 'KeyRenamer', path: at, renameKeyTo: need.name.value }];
  });
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
