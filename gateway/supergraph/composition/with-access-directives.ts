/**
 * A subgraph's SDL with what its fields demand of a principal, as Apollo Federation says it (`@authenticated`,
 * `@requiresScopes`). Added while composing, so that nobody writes a rule twice. Knows no rule.
 */

import {
  Kind,
  visit,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type StringValueNode,
} from 'graphql';

const FEDERATION = 'https://specs.apollo.dev/federation/';

/** What a principal must have: to be signed in, or all scopes of one of the lists. */
type Demand =
  | { readonly kind: 'signed in' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] };

/** By `Type.field`. */
export type FieldDemands = Readonly<Record<string, Demand>>;

/** Fields of another subgraph (`@external`) are that one's to guard. The same document where nothing is demanded. */
export function withAccessDirectives(document: DocumentNode, demands: FieldDemands): DocumentNode {
  const guard = <T extends ObjectTypeDefinitionNode | ObjectTypeExtensionNode>(type: T): T => ({
    ...type,
    fields: (type.fields ?? []).map((field) => {
      const demand = demands[`${type.name.value}.${field.name.value}`];
      const directives = field.directives ?? [];
      const isExternal = directives.some(({ name }) => name.value === 'external');
      if (demand === undefined || isExternal) return field;
      return { ...field, directives: [...directives, directiveOf(demand)] };
    }),
  });
  const names = new Set(Object.values(demands).map((demand) => `@${nameOf(demand)}`));
  if (names.size === 0) return document;
  return visit(document, {
    ObjectTypeDefinition: guard,
    ObjectTypeExtension: guard,
    Directive(node) {
      if (!isFederationLink(node)) return undefined;
      // Reason for the cast: what stands in a schema has constant values.
      return withImports(node as ConstDirectiveNode, names);
    },
  });
}

function isFederationLink({ name, arguments: given = [] }: DirectiveNode): boolean {
  return (
    name.value === 'link' &&
    given.some(({ value }) => value.kind === Kind.STRING && value.value.startsWith(FEDERATION))
  );
}

function withImports(link: ConstDirectiveNode, names: ReadonlySet<string>): ConstDirectiveNode {
  const { arguments: given = [] } = link;
  const known = given.find(({ name }) => name.value === 'import')?.value;
  const values = [...(known?.kind === Kind.LIST ? known.values : []), ...[...names].sort().map(textNode)];
  const others = given.filter(({ name }) => name.value !== 'import');
  return { ...link, arguments: [...others, argument('import', { kind: Kind.LIST, values })] };
}

function nameOf({ kind }: Demand): string {
  return kind === 'signed in' ? 'authenticated' : 'requiresScopes';
}

function directiveOf(demand: Demand): ConstDirectiveNode {
  const name = { kind: Kind.NAME as const, value: nameOf(demand) };
  if (demand.kind === 'signed in') return { kind: Kind.DIRECTIVE, name };
  const values = demand.anyOf.map((scopes) => ({
    kind: Kind.LIST as const,
    values: scopes.map(textNode),
  }));
  return { kind: Kind.DIRECTIVE, name, arguments: [argument('scopes', { kind: Kind.LIST, values })] };
}

function argument(name: string, value: ConstArgumentNode['value']): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value };
}

function textNode(value: string): StringValueNode {
  return { kind: Kind.STRING, value };
}
