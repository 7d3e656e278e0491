/**
 * Finds `@authenticated`, `@requiresScopes` and `@policy` in a supergraph, under whatever names it links them, reads
 * what they demand, and takes them out for planners, which know nothing of them. A version that is not known stays in,
 * so that the start is refused (`for: SECURITY`). Knows no field.
 */

import { print, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { argumentsOf, linksTo, namesIn } from '../supergraph/spec-links.ts';
import type { Demand } from './demand.ts';

const SPECS = ['authenticated', 'requiresScopes', 'policy'] as const;
type Spec = (typeof SPECS)[number];
const CONTEXT = 'context';

export interface AccessDirectives {
  /** What the directives of one definition demand. */
  readonly demandsOf: (directives: readonly ConstDirectiveNode[] | undefined) => readonly Demand[];
  /** What `@context` is called. */
  readonly contextNames: ReadonlySet<string>;
  /** The supergraph without them. */
  readonly withoutThem: (document: DocumentNode) => DocumentNode;
}

/** Undefined where the supergraph links none of them. */
export function accessDirectives(supergraph: DocumentNode): AccessDirectives | undefined {
  const specs = new Map<string, Spec>();
  const linked = SPECS.flatMap((spec) => {
    const found = linksTo(supergraph, spec, 'v0.1');
    for (const link of found) for (const name of namesIn(link, spec, spec)) specs.set(name, spec);
    return found;
  });
  if (linked.length === 0) return undefined;
  const contexts = linksTo(supergraph, CONTEXT);
  return {
    contextNames: new Set(contexts.flatMap((link) => namesIn(link, CONTEXT, CONTEXT))),
    demandsOf: (directives = []) => directives.flatMap((node) => demandOf(node, specs) ?? []),
    withoutThem: (document) => without(document, new Set(linked.map(({ node }) => print(node))), specs),
  };
}

function demandOf(node: ConstDirectiveNode, specs: ReadonlyMap<string, Spec>): Demand | undefined {
  const spec = specs.get(node.name.value);
  switch (spec) {
    case undefined:
      return undefined;
    case 'authenticated':
      return { kind: 'authenticated' };
    case 'requiresScopes':
      return { kind: 'scopes', anyOf: listsOf(argumentsOf(node)['scopes']) };
    case 'policy':
      return { kind: 'policies', anyOf: listsOf(argumentsOf(node)['policies']) };
  }
}

/** As GraphQL coerces lists of lists; what is no text can be met by nobody. */
function listsOf(value: unknown): readonly (readonly string[])[] {
  const lists: readonly unknown[] = Array.isArray(value) ? value : [value];
  return lists.flatMap((list) => {
    const names: readonly unknown[] = Array.isArray(list) ? list : [list];
    return names.every((name) => typeof name === 'string') ? [names] : [];
  });
}

function without(
  document: DocumentNode,
  links: ReadonlySet<string>,
  specs: ReadonlyMap<string, Spec>,
): DocumentNode {
  return visit(document, {
    Directive: (node) =>
      specs.has(node.name.value) || (node.name.value === 'link' && links.has(print(node))) ? null : undefined,
    DirectiveDefinition: ({ name }) => (specs.has(name.value) ? null : undefined),
  });
}
