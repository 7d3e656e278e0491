/**
 * A subgraph may know an interface as an object (@interfaceObject). There the planner finds no way to what a fragment on
 * another interface or a union asks, though it finds the way where the types are written out, or no type is named because
 * all of them are meant. So the operation is planned with such fragments. Knows no plan.
 */

import {
  doTypesOverlap,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { InterfaceObjects } from './interface-objects.ts';
import { TYPE_NAME } from './planned-selections.ts';
import { writtenOut } from './written-out.ts';

/** The operation alone, all fragments inline, where such an interface is asked through such a fragment; else the document. */
export function withPlainFragments(
  document: DocumentNode,
  operationName: string | undefined,
  { schema, interfaces }: Types,
): DocumentNode {
  if (interfaces.size === 0) return document;
  const operation = writtenOut(document, operationName);
  const info = new TypeInfo(schema);
  const plain: OperationDefinitionNode = visit(
    operation,
    visitWithTypeInfo(info, {
      InlineFragment: (node) => withoutType(node, info.getParentType() ?? undefined, { schema, interfaces }),
    }),
  );
  return plain === operation ? document : { ...document, definitions: [plain] };
}

interface Types {
  readonly schema: GraphQLSchema;
  readonly interfaces: InterfaceObjects;
}

/** Undefined where it stays as it is. */
function withoutType(
  { typeCondition, ...fragment }: InlineFragmentNode,
  parent: GraphQLCompositeType | undefined,
  { schema, interfaces }: Types,
): InlineFragmentNode | undefined {
  const type = typeCondition === undefined ? undefined : schema.getType(typeCondition.name.value);
  if (parent === undefined || type === parent || !isAbstractType(type)) return undefined;
  if (isObjectType(parent)) {
    if (!schema.isSubType(type, parent)) return undefined;
    return asking(fragment, ofMember(fragment.selectionSet, parent, schema).selections);
  }
  if (!interfaces.has(parent.name)) return undefined;
  // Its fields are the interface's own too.
  if (isInterfaceType(parent) && schema.isSubType(type, parent))
    return asking(fragment, ofInterface(fragment.selectionSet, parent, schema));
  const members = schema.getPossibleTypes(parent).filter((member) => schema.isSubType(type, member));
  const selections = members.flatMap((member): readonly InlineFragmentNode[] => {
    const selectionSet = ofMember(fragment.selectionSet, member, schema);
    const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: member.name } } as const;
    return selectionSet.selections.length === 0
      ? []
      : [{ kind: Kind.INLINE_FRAGMENT, typeCondition: named, selectionSet }];
  });
  return asking(fragment, selections);
}

/** Where nothing is asked, something must stand there all the same. */
function asking(fragment: InlineFragmentNode, selections: readonly SelectionNode[]): InlineFragmentNode {
  const asked = selections.length === 0 ? [TYPE_NAME] : selections;
  return { ...fragment, selectionSet: { ...fragment.selectionSet, selections: asked } };
}

/** What of the selection may be asked of objects of the interface. */
function ofInterface(
  { selections }: SelectionSetNode,
  parent: GraphQLInterfaceType,
  schema: GraphQLSchema,
): readonly SelectionNode[] {
  return selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind !== Kind.INLINE_FRAGMENT) return [node];
    const { typeCondition } = node;
    const type = typeCondition === undefined ? parent : schema.getType(typeCondition.name.value);
    if (type === parent) return [asking(node, ofInterface(node.selectionSet, parent, schema))];
    return isCompositeType(type) && doTypesOverlap(schema, type, parent) ? [node] : [];
  });
}

/** What of the selection is asked of objects of one type. */
function ofMember(
  { selections, ...set }: SelectionSetNode,
  member: GraphQLObjectType,
  schema: GraphQLSchema,
): SelectionSetNode {
  const kept = selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind !== Kind.INLINE_FRAGMENT) return [node];
    const { typeCondition, ...fragment } = node;
    const type = typeCondition === undefined ? member : schema.getType(typeCondition.name.value);
    const isMeant = type === member || (isAbstractType(type) && schema.isSubType(type, member));
    const selectionSet = ofMember(fragment.selectionSet, member, schema);
    return isMeant && selectionSet.selections.length > 0 ? [{ ...fragment, selectionSet }] : [];
  });
  return { ...set, selections: kept };
}
