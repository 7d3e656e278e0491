/**
 * `@defer` on a fragment: found, and taken away for an answer that comes whole. Knows no schema, no plan and no
 * variables.
 */

import { Kind, visit, type DirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';

const DEFER = 'defer';

export function deferOf({ directives }: SelectionNode): DirectiveNode | undefined {
  if (directives === undefined || directives.length === 0) return undefined;
  return directives.find(({ name }) => name.value === DEFER);
}

/** The same document where it has none. */
export function withoutDefer<Node extends DocumentNode | SelectionNode>(node: Node): Node {
  return visit(node, {
    Directive: ({ name }) => (name.value === DEFER ? null : undefined),
  });
}

/** All of them, of whichever operation. */
export function defersIn(document: DocumentNode): readonly DirectiveNode[] {
  const found: DirectiveNode[] = [];
  visit(document, {
    Directive(node) {
      if (node.name.value === DEFER) found.push(node);
    },
  });
  return found;
}

/** What the directive's `if` says; the label of one that has none is undefined. */
export function deferArguments({ arguments: given = [] }: DirectiveNode): {
  readonly isAlways: boolean | undefined;
  readonly variable: string | undefined;
  readonly label: string | undefined;
} {
  const value = (wanted: string) => given.find(({ name }) => name.value === wanted)?.value;
  const [condition, label] = [value('if'), value('label')];
  const variable = condition?.kind === Kind.VARIABLE ? condition.name.value : undefined;
  return {
    isAlways: variable === undefined ? condition?.kind !== Kind.BOOLEAN || condition.value : undefined,
    variable,
    label: label?.kind === Kind.STRING ? label.value : undefined,
  };
}
