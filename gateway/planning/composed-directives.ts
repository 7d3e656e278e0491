/**
 * Directives for operations that a subgraph hands through (`@composeDirective`). Apollo's library takes them for parts
 * of the specification that links them, and from what clients see; here they are given back. The supergraph does not say
 * which subgraphs define one: each that is asked for what it stands at gets it, as with those that all define.
 */

import {
  isInputType,
  ListType,
  NonNullType,
  type DirectiveDefinition,
  type InputType,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, visit, type ConstValueNode, type DocumentNode } from 'graphql';

/** Adds them to what clients see. */
export function addComposedDirectives(supergraph: Schema, api: Schema): void {
  const hidden = supergraph
    .directives()
    .filter((each) => each.hasExecutableLocations() && api.directive(each.name) === undefined);
  for (const each of hidden) addDirective(each, api);
}

/** Not where clients may not see the type of an argument. */
function addDirective(given: DirectiveDefinition, api: Schema): void {
  const args = given.arguments().map(({ name, type, defaultValue }) => {
    const typed: unknown = defaultValue;
    return { name, defaultValue: typed, type: type && typeIn(api, type) };
  });
  if (args.some(({ type }) => type === undefined)) return;
  const directive = api.addDirectiveDefinition(given.name);
  directive.repeatable = given.repeatable;
  directive.addLocations(...given.locations);
  for (const { name, type, defaultValue } of args) directive.addArgument(name, type, defaultValue);
}

function typeIn(schema: Schema, type: InputType): InputType | undefined {
  if (type.kind === 'NonNullType' || type.kind === 'ListType') {
    // Reason for the cast: the library says `any` of what an input type wraps.
    const inner = typeIn(schema, type.ofType as InputType);
    if (inner === undefined || type.kind === 'ListType') return inner && new ListType(inner);
    return inner.kind === 'NonNullType' ? inner : new NonNullType(inner);
  }
  const found = schema.type(type.name);
  return found !== undefined && isInputType(found) ? found : undefined;
}

/**
 * The document in which such directives have the defaults of their arguments written out: subgraphs need not agree on
 * these, and the supergraph has the defaults of one.
 */
export function withDefaultsOfDirectives(supergraph: DocumentNode): (document: DocumentNode) => DocumentNode {
  const defaults = new Map<string, ReadonlyMap<string, ConstValueNode>>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    const ofNode = (node.arguments ?? []).flatMap(({ name, defaultValue }) =>
      defaultValue === undefined ? [] : [[name.value, defaultValue] as const],
    );
    if (ofNode.length > 0) defaults.set(node.name.value, new Map(ofNode));
  }
  return (document) =>
    visit(document, {
      Directive(node) {
        const { arguments: given = [] } = node;
        const missing = [...(defaults.get(node.name.value) ?? [])].filter(
          ([argument]) => !given.some(({ name }) => name.value === argument),
        );
        if (missing.length === 0) return undefined;
        const added = missing.map(([value, given]) => {
          return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value }, value: given } as const;
        });
        return { ...node, arguments: [...given, ...added] };
      },
    });
}
