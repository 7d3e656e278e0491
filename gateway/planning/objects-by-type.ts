/**
 * A subgraph that knows an interface as an object (@interfaceObject) cannot be told which of the interface’s types a field
 * is asked of, and the planner asks every object at the place for all fields together. One that may not be null would
 * take along, where it fails, what was asked of objects for which nobody wanted it. So it is asked apart, of those of
 * its types alone. Knows no data.
 */

import type { FetchNode, FlattenNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  isInterfaceType,
  Kind,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { amendPlan } from './amend-plan.ts';
import type { InterfaceObjects } from './interface-objects.ts';
import { entitiesField, only, partOfFetch, type EntitiesField } from './part-of-fetch.ts';
import { placedFetches } from './placed-fetches.ts';
import { keyOf } from './planned-names.ts';
import { fieldsOf, Needs, setsAt } from './selected-below.ts';
import type { SubgraphFields } from './subgraph-fields.ts';
import { typeMembership, type IsOf } from './type-membership.ts';
import { fieldNames, pathSteps, typesMeant, typesStep } from './typed-paths.ts';

/** `written` gives the operation as it was planned, with its fragments written out. */
export type AskByType = (plan: QueryPlan, written: () => OperationDefinitionNode) => QueryPlan;

interface SchemaParts {
  readonly fields: SubgraphFields;
  readonly apiSchema: GraphQLSchema;
  readonly objects: InterfaceObjects;
  /** Takes a fetch apart where its fields do not all need the same of their object. */
  readonly byNeeds: (fetch: FetchNode) => readonly FetchNode[];
}

/** Undefined where no subgraph knows an interface as an object. */
export function askObjectsByType(whole: SchemaParts): AskByType | undefined {
  const { fields, apiSchema, objects } = whole;
  if (objects.size === 0) return undefined;
  const isOf = typeMembership(apiSchema);
  return (plan, written) => {
    if (plan.node === undefined || plan.node.kind === 'Subscription') return plan;
    const placed = placedFetches(plan.node);
    if (!placed.some(({ node }) => objectOf(node, fields, apiSchema) !== undefined)) return plan;
    const needs = new Needs(placed.map(({ node, path }) => ({ node, path: fieldNames(path) })));
    const parts = { ...whole, isOf, needs, operation: written() };
    return amendPlan(plan, (fetch) => fetch, {
      placedOf: (fetch, flatten) => byTypes(fetch, flatten, parts),
    });
  };
}

interface Parts extends SchemaParts {
  readonly isOf: IsOf;
  readonly needs: Needs;
  readonly operation: OperationDefinitionNode;
}

interface AskedObject {
  readonly type: GraphQLInterfaceType;
  readonly entities: EntitiesField;
  readonly asked: readonly FieldNode[];
}

/** Undefined for a fetch of anything but objects of one interface, of which the subgraph knows no types. */
function objectOf(
  fetch: FetchNode,
  { membersOf }: SubgraphFields,
  apiSchema: GraphQLSchema,
): AskedObject | undefined {
  const { id, requires = [], contextRewrites = [], serviceName } = fetch;
  // What is deferred waits for the fetch by its id.
  if (requires.length === 0 || id !== undefined || contextRewrites.length > 0) return undefined;
  const entities = entitiesField(fetch);
  const [part, ...others] = entities?.asked.selections ?? [];
  if (entities === undefined || part?.kind !== Kind.INLINE_FRAGMENT || others.length > 0) return undefined;
  const type = apiSchema.getType(part.typeCondition?.name.value ?? '');
  if (!isInterfaceType(type) || membersOf(serviceName, type.name).some((each) => each !== type.name))
    return undefined;
  const { selections } = part.selectionSet;
  const asked = selections.filter((node) => node.kind === Kind.FIELD);
  return asked.length < selections.length ? undefined : { type, entities, asked };
}

function byTypes(fetch: FetchNode, flatten: FlattenNode, parts: Parts): PlanNode {
  if (groupsOf(fetch, flatten, parts).length < 2) return flatten;
  // None may wait for what only another one needs.
  const groups = parts.byNeeds(fetch).flatMap((each) => groupsOf(each, flatten, parts));
  const nodes = groups.map(({ types, node }): PlanNode => ({
    ...flatten,
    path: narrowed(flatten.path.map(String), types),
    node,
  }));
  return { kind: 'Parallel', nodes };
}

interface Group {
  readonly types: string;
  readonly node: FetchNode;
}

function groupsOf(fetch: FetchNode, flatten: FlattenNode, parts: Parts): readonly Group[] {
  const object = objectOf(fetch, parts.fields, parts.apiSchema);
  if (object === undefined) return [{ types: '', node: fetch }];
  const { entities, asked } = object;
  const groups = Map.groupBy(asked, (field) => typesOf(field, { fetch, flatten, object, parts }));
  return [...groups].map(([types, members]) => {
    const part = { requires: fetch.requires ?? [], asked: only(new Set(members), entities.asked) };
    return { types, node: groups.size === 1 ? fetch : partOfFetch(fetch, entities, part) };
  });
}

interface Place {
  readonly fetch: FetchNode;
  readonly flatten: FlattenNode;
  readonly object: AskedObject;
  readonly parts: Parts;
}

/** The types of which alone the field is asked, joined by commas; empty where it may as well be asked of all. */
function typesOf(field: FieldNode, { fetch, flatten, object: { type }, parts }: Place): string {
  const { fields, needs, operation, apiSchema, isOf } = parts;
  if (fields.find(fetch.serviceName, type.name, field.name.value)?.isNullable !== false) return '';
  const path = fieldNames(pathSteps(flatten.path));
  const key = keyOf(field);
  const isIn = (sets: readonly SelectionSetNode[], isMeant: (condition: string | undefined) => boolean) =>
    sets.flatMap((set) => fieldsOf(set, isMeant)).some((each) => keyOf(each) === key);
  if (isIn(needs.setsAt(path), () => true)) return '';
  const types = apiSchema.getPossibleTypes(type).map(({ name }) => name);
  const sets = setsAt(operation, path);
  const wanted = types.filter((each) => isIn(sets, (condition) => isOf(each, condition)));
  // An object whose type is not known yet has the interface’s name.
  return wanted.length === 0 || wanted.length === types.length ? '' : [...wanted, type.name].join(',');
}

/** The path to those of the types alone. */
function narrowed(path: readonly string[], types: string): string[] {
  const [last = '', meant] = pathSteps(path.slice(-1));
  if (types === '') return [...path];
  const both =
    meant === undefined
      ? types
      : typesMeant(meant)
          .filter((each) => types.split(',').includes(each))
          .join(',');
  return [...path.slice(0, -1), `${last}${typesStep(both)}`];
}
