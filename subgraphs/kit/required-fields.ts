/**
 * A field with `@requires` or `@fromContext` tells something of what it reads, so it must not be open to anybody for
 * whom that is closed. Finds those that are, by the subgraph's own rules.
 */

import {
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
  type ConstDirectiveNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { federationNames, type FederationNames } from './federation-names.ts';
import type { FieldPermissions } from './permissions.ts';
import { impliesRule } from './rule-implication.ts';

/** One sentence for each field that reads more than its own rule grants. `permissions` are whole otherwise. */
export function problemsOfRequiredFields(
  schema: GraphQLSchema,
  permissions: FieldPermissions,
): readonly string[] {
  const names = federationNames(schema);
  const objectTypes = Object.values(schema.getTypeMap()).filter(isObjectType);
  return objectTypes.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const [rule] = permissions[type.name]?.[field.name] ?? [];
      if (rule === undefined) return [];
      const read = new Set(readBy(schema, type, field, names));
      return [...read].flatMap((place) => {
        const [ofType = '', name = ''] = place.split('.');
        const [needed] = permissions[ofType]?.[name] ?? [];
        if (needed === undefined || impliesRule(rule, needed)) return [];
        return [
          `${type.name}.${field.name} reads ${place}, and its rule "${rule.name}" lets in whom "${needed.name}" there may refuse`,
        ];
      });
    }),
  );
}

/** What the field reads of others, as `Type.field`. */
function readBy(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  names: FederationNames,
): readonly string[] {
  const required = argumentsOf(field.astNode?.directives, names.requires, 'fields').flatMap((text) =>
    placesIn(schema, type, parseSelection(text)),
  );
  const fromContext = field.args.flatMap((argument) =>
    argumentsOf(argument.astNode?.directives, names.fromContext, 'field').flatMap((text) =>
      placesInContext(schema, text, names),
    ),
  );
  return [...required, ...fromContext];
}

/** `$name selection`, where each type that is marked as that context may stand behind the name. */
function placesInContext(schema: GraphQLSchema, text: string, names: FederationNames): readonly string[] {
  const match = /^\s*\$(?<context>\w+)\s*(?<selection>[\s\S]*)$/.exec(text);
  const { context, selection = '' } = match?.groups ?? {};
  const set = parseSelection(selection);
  return Object.values(schema.getTypeMap())
    .filter(isCompositeType)
    .filter(({ astNode, extensionASTNodes }) =>
      [astNode, ...extensionASTNodes].some((node) =>
        argumentsOf(node?.directives, names.context, 'name').includes(context ?? ''),
      ),
    )
    .flatMap((type) => placesIn(schema, type, set));
}

function placesIn(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  { selections }: SelectionSetNode,
): readonly string[] {
  return selections.flatMap((node) => placesInSelection(schema, type, node));
}

function placesInSelection(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  node: SelectionNode,
): readonly string[] {
  if (node.kind === Kind.FRAGMENT_SPREAD) return [];
  if (node.kind === Kind.INLINE_FRAGMENT) {
    const condition = node.typeCondition && schema.getType(node.typeCondition.name.value);
    return placesIn(schema, isCompositeType(condition) ? condition : type, node.selectionSet);
  }
  const types = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const places = types.map((possible) => `${possible.name}.${node.name.value}`);
  const field = 'getFields' in type ? type.getFields()[node.name.value] : undefined;
  const inner = field && getNamedType(field.type);
  const deeper =
    node.selectionSet && isCompositeType(inner) ? placesIn(schema, inner, node.selectionSet) : [];
  return [...places, ...deeper];
}

/** Federation writes selections without the braces, or with them. */
function parseSelection(text: string): SelectionSetNode {
  const [definition] = parse(text.trim().startsWith('{') ? text : `{ ${text} }`, {
    noLocation: true,
  }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${text}" is no selection`);
  return definition.selectionSet;
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
  argument: string,
): readonly string[] {
  return (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap(({ name: { value: given }, value }) =>
      given === argument && value.kind === Kind.STRING ? [value.value] : [],
    );
}
