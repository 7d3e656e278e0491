/**
 * Two fetches of one subgraph about the same entities, of which the second waits for what its fields need (@requires),
 * made one, where nobody waits for the first: one call less, and each entity is sent and read once. An entity that lacks
 * what the second needs is still asked for what the first does. Knows no data.
 */

import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  print,
  stripIgnoredCharacters,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';

import { documentOf } from './fetch-document.ts';
import { isJoined, type JoinedFetch } from './joined-fetch.ts';
import { placedFetches, type PlacedFetch } from './placed-fetches.ts';
import { fieldNames, pathSteps } from './typed-paths.ts';

export function joinFetches({ node, ...plan }: QueryPlan): QueryPlan {
  if (node === undefined) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: joinIn(node) };
  const { rest, ...source } = node;
  return { ...plan, node: rest === undefined ? source : { ...source, rest: joinIn(rest) } };
}

/** A fetch to what takes its place: nothing, where it has become part of another one. */
type Changes = Map<FetchNode, FetchNode | undefined>;

function joinIn(root: PlanNode): PlanNode {
  const placed = placedFetches(root);
  // What is deferred counts the fetches that it waits for, and a context may be read from anywhere around.
  if (placed.some(({ node }) => node.id !== undefined || (node.contextRewrites ?? []).length > 0))
    return root;
  const changes: Changes = new Map();
  findJoins(root, [], { all: placed.map(readerOf), changes });
  return changes.size === 0 ? root : (changed(root, changes) ?? root);
}

interface Search {
  readonly all: readonly Reader[];
  readonly changes: Changes;
}

/** A fetch and where in the response it reads: paths without the marks of lists. */
interface Reader {
  readonly node: FetchNode;
  readonly place: readonly string[];
  /** What it needs of its entities. */
  readonly needs: readonly (readonly string[])[];
}

function readerOf({ node, path }: PlacedFetch): Reader {
  const place = fieldNames(path);
  return { node, place, needs: (node.requires ?? []).flatMap((part) => pathsIn(part, place)) };
}

function findJoins(node: PlanNode, path: readonly string[], search: Search): void {
  if (node.kind === 'Flatten') findJoins(node.node, [...path, ...pathSteps(node.path)], search);
  if (node.kind !== 'Parallel' && node.kind !== 'Sequence') return;
  if (node.kind === 'Parallel') joinChildren(node.nodes, path, search);
  for (const child of node.nodes) findJoins(child, path, search);
}

/** A fetch beside something that takes several steps, one of which is for the same entities. */
function joinChildren(children: readonly PlanNode[], path: readonly string[], search: Search): void {
  const later = children.flatMap((child) => (isSeveralSteps(child) ? placedFetches(child, path) : []));
  if (later.length === 0) return;
  for (const child of children) {
    const [first, ...others] = placedFetches(child, path);
    if (first === undefined || others.length > 0 || search.changes.has(first.node)) continue;
    for (const second of later) {
      const joined = search.changes.has(second.node) ? undefined : join(first, second, search.all);
      if (joined === undefined) continue;
      search.changes.set(first.node, undefined);
      search.changes.set(second.node, joined);
      break;
    }
  }
}

function isSeveralSteps(node: PlanNode): boolean {
  return node.kind === 'Flatten' ? isSeveralSteps(node.node) : node.kind === 'Sequence';
}

/** Undefined where they must stay two. */
function join(first: PlacedFetch, second: PlacedFetch, all: readonly Reader[]): JoinedFetch | undefined {
  const [one, other] = [first.node, second.node];
  const isSamePlace = first.path.join('.') === second.path.join('.');
  if (!isSamePlace || one.serviceName !== other.serviceName || one === other) return undefined;
  if (isJoined(one) || isRewritten(one) || isRewritten(other)) return undefined;
  if (!holds(other.requires, one.requires) || isAwaited(first, second, all)) return undefined;
  const joined = together(one, other);
  return joined && { ...joined, parts: [one, ...(isJoined(other) ? other.parts : [other])] };
}

/** Whether a third fetch reads what the first gives, or needs what the second gives. */
function isAwaited(first: PlacedFetch, second: PlacedFetch, all: readonly Reader[]): boolean {
  const place = fieldNames(first.path);
  const keys = keysOf(entitiesIn(first.node)?.set);
  const laterKeys = keysOf(entitiesIn(second.node)?.set);
  return all.some(
    (each) =>
      each.node !== first.node &&
      ([each.place, ...each.needs].some((read) => leadsInto(read, place, keys)) ||
        // A field that may not be null takes its neighbours along: no matter to clients, who lose the whole object
        // anyway, but to whoever needs one of them.
        each.needs.some((need) => leadsInto(need, place, laterKeys))),
  );
}

/** The later one with what the other asks. Undefined where a name would stand for two things. */
function together(one: FetchNode, later: FetchNode): FetchNode | undefined {
  const [asked, askedLater] = [entitiesIn(one), entitiesIn(later)];
  if (asked === undefined || askedLater === undefined) return undefined;
  const laterKeys = keysOf(askedLater.set);
  if (keysOf(asked.set).some((key) => laterKeys.includes(key))) return undefined;
  const variables = unionOf(asked.operation, askedLater.operation);
  if (variables === undefined) return undefined;
  const entities = { ...askedLater.field, selectionSet: inOneSet(askedLater.set, asked.set) };
  const operation: OperationDefinitionNode = {
    ...askedLater.operation,
    variableDefinitions: variables,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [entities] },
  };
  const { operationDocumentNode: _parsed, ...fetch } = later;
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(operation)),
    variableUsages: [...new Set([...(later.variableUsages ?? []), ...(one.variableUsages ?? [])])],
  };
}

function isRewritten({ inputRewrites = [], outputRewrites = [], requires = [] }: FetchNode): boolean {
  return requires.length === 0 || inputRewrites.length > 0 || outputRewrites.length > 0;
}

/** Whether whatever represents an entity for `fewer` is in what represents it for `more`; both are of plain fields. */
function holds(more: FetchNode['requires'] = [], fewer: FetchNode['requires'] = []): boolean {
  return fewer.every((part) => {
    if (part.kind !== 'InlineFragment') return false;
    const like = more.find(
      (each) => each.kind === 'InlineFragment' && each.typeCondition === part.typeCondition,
    );
    const fields = like?.kind === 'InlineFragment' ? like.selections.map(plainName) : [];
    return part.selections.every((each) => plainName(each) !== undefined && fields.includes(plainName(each)));
  });
}

function plainName(node: QueryPlanSelectionNode): string | undefined {
  return node.kind === 'Field' && node.selections === undefined ? (node.alias ?? node.name) : undefined;
}

interface Entities {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly set: SelectionSetNode;
}

/** Undefined where named fragments are used: what they hold is for no one to see here. */
function entitiesIn(fetch: FetchNode): Entities | undefined {
  const [operation, ...others] = documentOf(fetch).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return undefined;
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.selectionSet === undefined) return undefined;
  return { operation, field, set: field.selectionSet };
}

/** Of the entity itself, whatever its type. */
function keysOf(set: SelectionSetNode | undefined): readonly string[] {
  return (set?.selections ?? []).flatMap((node): readonly string[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return keysOf(node.selectionSet);
    const key = node.alias?.value ?? node.name.value;
    return key === '__typename' ? [] : [key];
  });
}

function pathsIn(node: QueryPlanSelectionNode, path: readonly string[]): readonly (readonly string[])[] {
  if (node.kind === 'InlineFragment') return node.selections.flatMap((each) => pathsIn(each, path));
  const here = [...path, node.alias ?? node.name];
  return [here, ...(node.selections ?? []).flatMap((each) => pathsIn(each, here))];
}

/** Whether the path goes on from the place by one of the keys. */
function leadsInto(path: readonly string[], place: readonly string[], keys: readonly string[]): boolean {
  return place.every((step, index) => path[index] === step) && keys.includes(path[place.length] ?? '');
}

/** Undefined where one name stands for two things. */
function unionOf(
  one: OperationDefinitionNode,
  other: OperationDefinitionNode,
): VariableDefinitionNode[] | undefined {
  const definitions = new Map<string, VariableDefinitionNode>();
  for (const definition of [...(one.variableDefinitions ?? []), ...(other.variableDefinitions ?? [])]) {
    const name = definition.variable.name.value;
    const known = definitions.get(name);
    if (known !== undefined && print(known) !== print(definition)) return undefined;
    definitions.set(name, definition);
  }
  return [...definitions.values()];
}

/** What is asked of one type in one place. */
function inOneSet(set: SelectionSetNode, more: SelectionSetNode): SelectionSetNode {
  const selections: SelectionNode[] = [...set.selections];
  for (const node of more.selections) {
    const index = selections.findIndex((each) => isSameType(each, node));
    const like = selections[index];
    if (like?.kind === Kind.INLINE_FRAGMENT && node.kind === Kind.INLINE_FRAGMENT)
      selections[index] = { ...like, selectionSet: inOneSet(like.selectionSet, node.selectionSet) };
    else selections.push(node);
  }
  return { ...set, selections };
}

function isSameType(one: SelectionNode, other: SelectionNode): boolean {
  if (one.kind !== Kind.INLINE_FRAGMENT || other.kind !== Kind.INLINE_FRAGMENT) return false;
  const hasDirectives = [one, other].some(({ directives = [] }) => directives.length > 0);
  return !hasDirectives && one.typeCondition?.name.value === other.typeCondition?.name.value;
}

/** What has nothing left to run goes, and what has one thing left is that. */
function changed(node: PlanNode, changes: Changes): PlanNode | undefined {
  if (node.kind === 'Fetch') return changes.has(node) ? changes.get(node) : node;
  if (node.kind === 'Flatten') {
    const below = changed(node.node, changes);
    return below === undefined ? undefined : { ...node, node: below };
  }
  if (node.kind !== 'Parallel' && node.kind !== 'Sequence') return node;
  const nodes = node.nodes.flatMap((each) => changed(each, changes) ?? []);
  const [only] = nodes;
  return nodes.length > 1 ? { ...node, nodes } : only;
}
