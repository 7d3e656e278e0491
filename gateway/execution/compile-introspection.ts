/**
 * Answers `__schema` and `__type` from the schema itself, at the root and wherever a field leads back to it; no
 * subgraph is asked. Knows no plan.
 */

import {
  execute,
  Kind,
  OperationTypeNode,
  visit,
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import type { JsonObject } from '../base/is-record.ts';
import { collectOnce, type ScopedSet } from './collect-occurrences.ts';
import type { ProjectedOperation } from './compile-projection.ts';
import { setOwn } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';
import { completeObject, type ShapedObject } from './shape-response.ts';

/** What of the schema somebody may know. */
export type SchemaFor = (principal: Principal) => GraphQLSchema;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const META_FIELDS: readonly string[] = ['__schema', '__type'];

/** Undefined where the operation asks for neither. `shape` is what it selects of its root. */
export function compileIntrospection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schemaFor: SchemaFor,
  shape: ProjectedOperation,
): ((run: PlanRun) => void) | undefined {
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((fragment) => [fragment.name.value, fragment]));
  const isBelow =
    asksBelow(operation.selectionSet, false) ||
    definitions.some((each) => asksBelow(each.selectionSet, true));
  const atRoot = asking(operation, operation.selectionSet, fragments);
  if (atRoot === undefined && !isBelow) return undefined;
  return (run) => {
    const schema = schemaFor(run.call.principal);
    run.introspectionFailures.length = 0;
    const ask = (document: DocumentNode) => introspected(schema, document, run.variables);
    if (atRoot !== undefined) answer(run, ask(atRoot), { value: run.root, path: [] });
    if (!isBelow) return;
    // All items of a list are asked the same.
    const bySets = new Map<readonly ScopedSet[], ExecutionResult>();
    for (const { sets, ...place } of queriesBelow(shape, run)) {
      const asked = bySets.has(sets) ? undefined : asking(operation, together(sets), fragments);
      const result = bySets.get(sets) ?? (asked === undefined ? {} : ask(asked));
      bySets.set(sets, result);
      answer(run, result, place);
    }
  };
}

/** Undefined where the selections ask for neither. Only the variables that it uses are looked at. */
function asking(
  operation: OperationDefinitionNode,
  selections: SelectionSetNode,
  fragments: Fragments,
): DocumentNode | undefined {
  const selectionSet = metaPart(selections, fragments);
  if (selectionSet.selections.length === 0) return undefined;
  const spread = spreadIn(selectionSet, fragments);
  const used = new Set<string>();
  for (const node of [selectionSet, ...spread])
    visit(node, { Variable: ({ name }) => void used.add(name.value) });
  const { variableDefinitions = [] } = operation;
  const own = variableDefinitions.filter(({ variable }) => used.has(variable.name.value));
  const query = { ...operation, operation: OperationTypeNode.QUERY, variableDefinitions: own, selectionSet };
  return { kind: Kind.DOCUMENT, definitions: [query, ...spread] };
}

function spreadIn(
  node: ASTNode,
  fragments: Fragments,
  found = new Set<FragmentDefinitionNode>(),
): ReadonlySet<FragmentDefinitionNode> {
  visit(node, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(fragment)) return;
      found.add(fragment);
      spreadIn(fragment, fragments, found);
    },
  });
  return found;
}

function answer(
  run: PlanRun,
  { data, errors = [] }: ExecutionResult,
  { value, path }: Pick<ShapedObject, 'value' | 'path'>,
): void {
  for (const [key, given] of Object.entries(data ?? {})) setOwn(value, key, given);
  for (const error of errors)
    run.introspectionFailures.push({
      code: 'BAD_USER_INPUT',
      facts: {},
      path: [...path, ...(error.path ?? [])],
    });
}

function introspected(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: JsonObject,
): ExecutionResult {
  const result = execute({ schema, document, variableValues });
  if (result instanceof Promise) throw new Error('introspection awaits nothing');
  return result;
}

/** The objects below the root that are of the root type of queries, with what is selected of each. */
function queriesBelow({ schema, rootType, sets }: ProjectedOperation, run: PlanRun): readonly ShapedObject[] {
  const found: ShapedObject[] = [];
  const shaping = {
    schema,
    occurrencesOf: collectOnce(schema),
    nameOf: (name: string) => name,
    broken: [],
    onObject(object: ShapedObject) {
      if (object.type === schema.getQueryType() && object.path.length > 0) found.push(object);
    },
  };
  completeObject(shaping, rootType, sets, { value: run.root, path: [] });
  return found;
}

function together(sets: readonly ScopedSet[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: sets.flatMap(({ set }) => set.selections) };
}

/** Whether introspection stands below a field; `isBelow` is whether all of the selections do. */
function asksBelow({ selections }: SelectionSetNode, isBelow: boolean): boolean {
  return selections.some((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return false;
    if (node.kind === Kind.FIELD && META_FIELDS.includes(node.name.value)) return isBelow;
    const { selectionSet } = node;
    return selectionSet !== undefined && asksBelow(selectionSet, isBelow || node.kind === Kind.FIELD);
  });
}

/** The root's selections without all that subgraphs answer; spreads become inline, to be cut the same way. */
function metaPart(set: SelectionSetNode, fragments: Fragments): SelectionSetNode {
  return { ...set, selections: set.selections.flatMap((node) => metaSelections(node, fragments)) };
}

function metaSelections(node: SelectionNode, fragments: Fragments): readonly SelectionNode[] {
  if (node.kind === Kind.FIELD) return META_FIELDS.includes(node.name.value) ? [node] : [];
  const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
  if (fragment === undefined) return [];
  const selectionSet = metaPart(fragment.selectionSet, fragments);
  if (selectionSet.selections.length === 0) return [];
  const { typeCondition } = fragment;
  const inline: InlineFragmentNode = {
    kind: Kind.INLINE_FRAGMENT,
    selectionSet,
    ...(typeCondition === undefined ? {} : { typeCondition }),
    ...(node.directives === undefined ? {} : { directives: node.directives }),
  };
  return [inline];
}
