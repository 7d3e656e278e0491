/**
 * Which fields each subgraph answers, as the supergraph says it: its own, and what those need of their object
 * (@requires) or answer of the object that they lead to (@provides). Knows no operation.
 */

import {
  Kind,
  OperationTypeNode,
  parseType,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

import {
  directivesOf,
  flagArgument,
  parseFieldSet,
  subgraphNames,
  textArgument,
} from '../supergraph/join-directives.ts';

export interface SubgraphField {
  /** False: it only knows the field, for what it needs or provides (@external). */
  readonly isOwned: boolean;
  /** Whether it may be another's by now (@override), so that only the planner can say whose it is. */
  readonly mayHaveMoved: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** The type that it leads to in the subgraph, without lists and non-null. */
  readonly typeName: string;
  /** Whether it may be null in the subgraph; a field that may not takes its object along. */
  readonly isNullable: boolean;
}

export interface SubgraphFields {
  /** Undefined where nothing is known of it. */
  readonly find: (subgraph: string, typeName: string, field: string) => SubgraphField | undefined;
  /** The object types of an interface or union in the subgraph; itself for any other type. */
  readonly membersOf: (subgraph: string, typeName: string) => readonly string[];
  /** The object types of an interface or union in any subgraph, and its own name; only that for any other type. */
  readonly everyMemberOf: (typeName: string) => readonly string[];
  readonly isObject: (typeName: string) => boolean;
  /** The object types to which the field may lead in every subgraph that answers it; undefined where none does. */
  readonly commonMembersOf: (typeName: string, field: string) => readonly string[] | undefined;
  /** The interfaces and unions of which subgraphs do not know the same object types. */
  readonly differing: ReadonlySet<string>;
  /** Fields (`Type.field`) that lead to another type in some subgraph than in the supergraph. */
  readonly narrowed: ReadonlySet<string>;
}

type Definition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function subgraphFields(supergraph: DocumentNode): SubgraphFields {
  const names = subgraphNames(supergraph);
  const found = new Map<string, SubgraphField>();
  const members = new Map<string, string[]>();
  const objects = new Set<string>();
  const narrowed = new Set<string>();
  const graphOf = (directive: ConstDirectiveNode) => names.get(textArgument(directive, 'graph') ?? '');
  const addMember = (place: string, member: string | undefined) => {
    if (member === undefined) return;
    const known = members.get(place);
    if (known === undefined) members.set(place, [member]);
    else known.push(member);
  };
  const readType = (type: Definition) => {
    const typeName = type.name.value;
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION) objects.add(typeName);
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION)
      for (const each of directivesOf(type, 'join__implements'))
        addMember(`${graphOf(each)} ${textArgument(each, 'interface')}`, typeName);
    const graphs = new Set(directivesOf(type, 'join__type').map(graphOf));
    for (const field of type.fields ?? [])
      for (const [graph, known] of knownIn(field, graphs, graphOf)) {
        const name = `${typeName}.${field.name.value}`;
        found.set(`${graph} ${name}`, known);
        if (known.typeName !== namedTypeOf(field.type)) narrowed.add(name);
      }
  };
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      readType(node);
    if (node.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    for (const each of directivesOf(node, 'join__unionMember'))
      addMember(`${graphOf(each)} ${node.name.value}`, textArgument(each, 'member'));
  }
  const common = commonMembers(new Set(names.values()), found, members);
  const byType = Map.groupBy(members, ([place]) => place.slice(place.indexOf(' ') + 1));
  return {
    find: (subgraph, typeName, field) => found.get(`${subgraph} ${typeName}.${field}`),
    membersOf: (subgraph, typeName) => members.get(`${subgraph} ${typeName}`) ?? [typeName],
    everyMemberOf: (typeName) => [typeName, ...new Set(byType.get(typeName)?.flatMap(([, names]) => names))],
    isObject: (typeName) => objects.has(typeName),
    commonMembersOf: (typeName, field) => common.get(`${typeName}.${field}`),
    differing: differingTypes(byType),
    narrowed,
  };
}

/** The name of the type that each kind of operation begins with. */
export function rootTypes(schema: GraphQLSchema): ReadonlyMap<string, string> {
  return new Map(
    Object.values(OperationTypeNode).flatMap((kind) => {
      const type = schema.getRootType(kind);
      return type == null ? [] : [[kind, type.name] as const];
    }),
  );
}

/** By `Type.field`: the object types to which all lead that answer it. */
function commonMembers(
  subgraphs: ReadonlySet<string>,
  found: ReadonlyMap<string, SubgraphField>,
  members: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const common = new Map<string, readonly string[]>();
  for (const [place, { isOwned, typeName }] of found) {
    const space = place.lastIndexOf(' ');
    const [subgraph, field] = [place.slice(0, space), place.slice(space + 1)];
    if (!isOwned || !subgraphs.has(subgraph)) continue;
    const own = members.get(`${subgraph} ${typeName}`) ?? [typeName];
    common.set(field, common.get(field)?.filter((each) => own.includes(each)) ?? own);
  }
  return common;
}

type MemberLists = readonly (readonly [place: string, members: readonly string[]])[];

function differingTypes(byType: ReadonlyMap<string, MemberLists>): ReadonlySet<string> {
  const isSame = (lists: MemberLists) =>
    new Set(lists.map(([, names]) => names.toSorted().join(' '))).size === 1;
  return new Set([...byType].filter(([, lists]) => !isSame(lists)).map(([typeName]) => typeName));
}

type Graph = string | undefined;

/** A field that says of no subgraph whose it is, is that of all that know the type. */
function knownIn(
  field: FieldDefinitionNode,
  graphs: ReadonlySet<Graph>,
  graphOf: (directive: ConstDirectiveNode) => Graph,
): readonly (readonly [Graph, SubgraphField])[] {
  const joins = directivesOf(field, 'join__field');
  if (joins.length === 0)
    return [...graphs].map((graph) => [
      graph,
      {
        isOwned: true,
        mayHaveMoved: false,
        requires: undefined,
        provides: undefined,
        ...typeIn(field.type),
      },
    ]);
  return joins.map((join) => [
    graphOf(join),
    {
      isOwned: flagArgument(join, 'external') !== true,
      mayHaveMoved:
        textArgument(join, 'overrideLabel') !== undefined || flagArgument(join, 'usedOverridden') === true,
      requires: fieldSetOf(join, 'requires'),
      provides: fieldSetOf(join, 'provides'),
      ...typeIn(ownTypeOf(field, join)),
    },
  ]);
}

/** A subgraph may give less than the supergraph says: one type of an interface, say (`@join__field(type:)`). */
function ownTypeOf({ type }: FieldDefinitionNode, join: ConstDirectiveNode): TypeNode {
  const own = textArgument(join, 'type');
  return own === undefined ? type : parseType(own, { noLocation: true });
}

function typeIn(type: TypeNode): Pick<SubgraphField, 'typeName' | 'isNullable'> {
  return { typeName: namedTypeOf(type), isNullable: type.kind !== Kind.NON_NULL_TYPE };
}

function fieldSetOf(directive: ConstDirectiveNode, name: string): SelectionSetNode | undefined {
  const text = textArgument(directive, name);
  return text === undefined ? undefined : parseFieldSet(text);
}

/** Without lists and non-null. */
export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}
