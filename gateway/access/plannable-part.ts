/**
 * An operation without what is marked as refused, and without the fragments and variables that only that had used: a
 * planner gets it. Knows no demand.
 */

import {
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
} from 'graphql';

import { refusalsOf } from './refusal.ts';

const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** The document has one operation. Where everything below an object's fragment is gone, its type is asked for. */
export function plannablePart(document: DocumentNode): DocumentNode {
  const open: DocumentNode = visit(document, {
    Field: (node) => (refusalsOf(node) === undefined ? undefined : null),
    SelectionSet: {
      leave: ({ selections, ...set }) =>
        selections.length === 0 ? { ...set, selections: [TYPE_NAME] } : undefined,
    },
  });
  return withoutUnusedVariables(withoutUnusedFragments(open));
}

function withoutUnusedFragments(document: DocumentNode): DocumentNode {
  const { definitions } = document;
  const fragments = new Map<string, FragmentDefinitionNode>(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const used = new Set<string>();
  const follow = (node: ASTNode): void => {
    for (const name of namesOf(node, Kind.FRAGMENT_SPREAD)) {
      if (used.has(name)) continue;
      used.add(name);
      const fragment = fragments.get(name);
      if (fragment !== undefined) follow(fragment);
    }
  };
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) follow(node);
  const kept = definitions.filter(
    (node) => node.kind !== Kind.FRAGMENT_DEFINITION || used.has(node.name.value),
  );
  return { ...document, definitions: kept };
}

function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}

function namesOf(node: ASTNode, kind: Kind.FRAGMENT_SPREAD): readonly string[] {
  const names: string[] = [];
  visit(node, { [kind]: { enter: ({ name }: { name: { value: string } }) => void names.push(name.value) } });
  return names;
}
