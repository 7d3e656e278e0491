/**
 * The schema as somebody may know it: without the fields that they can never see, and without the types that only
 * these lead to. For introspection alone; operations are judged against the whole schema. Knows no principal.
 */

import {
  buildASTSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  type DefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type NamedTypeNode,
} from 'graphql';

import { printSchema } from '../base/print-schema.ts';

type IsHidden = (typeName: string, fieldName: string) => boolean;
type VisibleFields = (type: GraphQLNamedType) => readonly GraphQLField<unknown, unknown>[];

export function visibleSchema(schema: GraphQLSchema, isHidden: IsHidden): GraphQLSchema {
  const fieldsOf = visibleFields(schema, isHidden);
  const shown = reachableTypes(schema, fieldsOf);
  const document = parse(printSchema(schema), { noLocation: true });
  const definitions = document.definitions.flatMap((node) => cut(node, schema, shown, fieldsOf));
  // An object may have lost a field of its interface, which is no fault here.
  return buildASTSchema({ ...document, definitions }, { assumeValid: true });
}

/** A type of which nothing is left takes the fields with it that return it; so this goes on until nothing changes. */
function visibleFields(schema: GraphQLSchema, isHidden: IsHidden): VisibleFields {
  const gone = new Set<GraphQLNamedType>();
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const fieldsOf: VisibleFields = (type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).filter(
      (field) => !isHidden(type.name, field.name) && !gone.has(getNamedType(field.type)),
    );
  };
  const isEmpty = (type: GraphQLNamedType): boolean => {
    if (isUnionType(type)) return type.getTypes().every((member) => gone.has(member));
    return (isObjectType(type) || isInterfaceType(type)) && fieldsOf(type).length === 0;
  };
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    for (const type of types) if (type !== schema.getQueryType() && isEmpty(type)) gone.add(type);
  }
  return (type) => (gone.has(type) ? [] : fieldsOf(type));
}

function reachableTypes(schema: GraphQLSchema, fieldsOf: VisibleFields): ReadonlySet<string> {
  const found = new Set<GraphQLNamedType>();
  const add = (type: GraphQLNamedType | null | undefined): void => {
    if (type == null || found.has(type)) return;
    const isComposite = isObjectType(type) || isInterfaceType(type);
    if (isComposite && type !== schema.getQueryType() && fieldsOf(type).length === 0) return;
    found.add(type);
    for (const { type: returned, args } of fieldsOf(type)) {
      add(getNamedType(returned));
      for (const argument of args) add(getNamedType(argument.type));
    }
    if (isComposite) type.getInterfaces().forEach(add);
    if (isUnionType(type) || isInterfaceType(type)) schema.getPossibleTypes(type).forEach(add);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) add(getNamedType(field.type));
  };
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].forEach(add);
  for (const { args } of schema.getDirectives()) for (const { type } of args) add(getNamedType(type));
  return new Set([...found].map(({ name }) => name));
}

function cut(
  node: DefinitionNode,
  schema: GraphQLSchema,
  shown: ReadonlySet<string>,
  fieldsOf: VisibleFields,
): readonly DefinitionNode[] {
  const isShown = ({ name }: NamedTypeNode) => shown.has(name.value);
  switch (node.kind) {
    case Kind.SCHEMA_DEFINITION:
      return [{ ...node, operationTypes: node.operationTypes.filter(({ type }) => isShown(type)) }];
    case Kind.DIRECTIVE_DEFINITION:
      return [node];
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const type = schema.getType(node.name.value);
      const names = new Set(type === undefined ? [] : fieldsOf(type).map(({ name }) => name));
      const fields = node.fields?.filter(({ name }) => names.has(name.value)) ?? [];
      const interfaces = node.interfaces?.filter(isShown) ?? [];
      return shown.has(node.name.value) ? [{ ...node, fields, interfaces }] : [];
    }
    case Kind.UNION_TYPE_DEFINITION:
      return shown.has(node.name.value) ? [{ ...node, types: node.types?.filter(isShown) ?? [] }] : [];
    default:
      return 'name' in node && shown.has(node.name.value) ? [node] : [];
  }
}
