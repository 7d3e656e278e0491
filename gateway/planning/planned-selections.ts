/**
 * What the planner is asked instead of the operation itself, where it would get that wrong: introspection, and objects
 * of which everything may be left out, and fields that each type of an interface must be asked for by itself. What is
 * added is fetched and never answered. Knows no plan.
 */

import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isUnionType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** The planner knows an older introspection than clients may use, and no subgraph is asked for it anyway. */
export function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? null : undefined),
    Field({ name, alias = name, directives = [] }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      // Something must stand in its place, for a selection may not be empty.
      return { ...TYPE_NAME, alias, directives };
    },
  });
}

/**
 * The planner does not fetch an object of which every field is left out by @skip or @include, or is asked of other types
 * than those that it knows to stand there, and so nobody knows whether it is there. Such a selection also asks for the
 * name of the type, and so does one of which something is deferred: whether that will come depends on the type. So does one
 * of a `narrowed` field: a subgraph in which one type alone can stand there is not asked which it is.
 */
export function withTypeNames(
  document: DocumentNode,
  schema: GraphQLSchema,
  narrowed: ReadonlySet<string>,
): DocumentNode {
  const info = new TypeInfo(schema);
  const asksForSure = certainty(document, schema);
  const isNarrowed = (field: string) => {
    const parent = info.getParentType();
    if (narrowed.size === 0 || parent == null) return false;
    const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
    return types.some(({ name }) => narrowed.has(`${name}.${field}`));
  };
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        leave(node: FieldNode) {
          const { selectionSet } = node;
          if (selectionSet === undefined) return undefined;
          const type = info.getType();
          const isCertain = asksForSure(selectionSet, type == null ? undefined : getNamedType(type));
          const isPlain = isCertain && !defers(selectionSet) && !isNarrowed(node.name.value);
          return isPlain ? undefined : withTypeName(node, selectionSet);
        },
      },
    }),
  );
}

function withTypeName(node: FieldNode, { selections, ...set }: SelectionSetNode): FieldNode {
  return { ...node, selectionSet: { ...set, selections: [...selections, TYPE_NAME] } };
}

/** Whether something of the object itself is deferred; fragments of which something is deferred stand inline. */
function defers({ selections }: SelectionSetNode): boolean {
  return selections.some(
    (node) =>
      node.kind === Kind.INLINE_FRAGMENT &&
      (node.directives?.some(({ name }) => name.value === 'defer') === true || defers(node.selectionSet)),
  );
}

/** Tells whether a selection asks for anything of every object of the type, whatever the variables are. */
function certainty(document: DocumentNode, schema: GraphQLSchema) {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  const holdsOf = (type: GraphQLNamedType | undefined, condition: NamedTypeNode | undefined): boolean => {
    if (condition === undefined || condition.name.value === type?.name) return true;
    const wider = schema.getType(condition.name.value);
    return (
      isAbstractType(wider) && isCompositeType(type) && !isUnionType(type) && schema.isSubType(wider, type)
    );
  };
  return function asksForSure({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): boolean {
    return selections.some((node: SelectionNode): boolean => {
      if (node.directives !== undefined && node.directives.length > 0) return false;
      if (node.kind === Kind.FIELD) return true;
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined || !holdsOf(type, fragment.typeCondition)) return false;
      return asksForSure(fragment.selectionSet, type);
    });
  };
}

/** Asks a field of an interface of each of its types by itself where one of them has such a `Type.field`. */
export function askByType(
  document: DocumentNode,
  schema: GraphQLSchema,
  coordinates: ReadonlySet<string>,
): DocumentNode {
  if (coordinates.size === 0) return document;
  const info = new TypeInfo(schema);
  const membersOf = (name: string): readonly string[] => {
    const parent = info.getParentType();
    if (!isInterfaceType(parent)) return [];
    const members = schema.getPossibleTypes(parent).map((member) => member.name);
    return members.some((member) => coordinates.has(`${member}.${name}`)) ? members : [];
  };
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        leave(node) {
          const members = membersOf(node.name.value);
          return members.length === 0 ? undefined : askedOf(members, node);
        },
      },
    }),
  );
}

/** In one fragment, for one node takes the place of one. */
function askedOf(members: readonly string[], node: FieldNode): InlineFragmentNode {
  const selections = members.map((member): InlineFragmentNode => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [node] },
  }));
  return { kind: Kind.INLINE_FRAGMENT, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}
