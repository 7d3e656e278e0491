/**
 * The errors of a run of which something failed: every fetch is looked at again, what it left null is put at the
 * places in the client's answer, and every null there is explained. Knows no transport.
 */

import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type GraphQLSchema, type SelectionSetNode } from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import { entitiesField, takesOneOf } from '../planning/part-of-fetch.ts';
import { FRAGMENT } from '../planning/typed-paths.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { couldBe } from './check-shape.ts';
import type { Source } from './context-values.ts';
import { askerOf } from './field-asker.ts';
import { outcomeOf } from './fetch-outcome.ts';
import { explainNulls, type AnswerParts } from './explain-nulls.ts';
import { createJournal, pathName, type FetchJournal, type FieldFailure, type Need } from './fetch-journal.ts';
import { MOST_LISTS, placeAbove, placesOfEntities } from './gather-entities.ts';
import { getOwn, type Data } from './own-property.ts';
import type { FetchRecord, PlanRun, Unasked, WithoutContext } from './plan-run.ts';
import { entitySets, fieldsOf, selectionOf } from './selection.ts';

export function explainFailures(
  run: PlanRun,
  answer: Omit<AnswerParts, 'raw' | 'couldBe'> & { readonly schema: GraphQLSchema },
): readonly FieldFailure[] {
  const journal = createJournal();
  writeDownRun(run, answer.schema, journal);
  const isPossible = (typeName: string, condition: string) => couldBe(answer.schema, typeName, condition);
  return explainNulls({ ...answer, raw: run.root, couldBe: isPossible }, journal);
}

/** Adds to the journal all that became of the run's fetches. */
export function writeDownRun(run: PlanRun, schema: GraphQLSchema, journal: FetchJournal): void {
  for (const fetch of run.fetches) writeDown(fetch, run, schema, journal);
  for (const without of run.withoutContext) writeMissing(without, run, journal);
  for (const key of run.unmade) journal.unknownToOwner.add(pathName([key]));
  for (const unasked of run.unasked) writeNeeds(unasked, run, schema, journal);
}

/** Adds to the journal which fields could not be asked for without a value from around their entity. */
function writeMissing(
  { node, path, entity, name, source }: WithoutContext,
  { root }: PlanRun,
  { missingContexts }: FetchJournal,
): void {
  const entities = entitiesField(node);
  const takers = entities === undefined ? [] : fieldsTaking(name, entities.asked, []);
  for (const place of placesOfEntities(root, path).get(entity) ?? []) {
    const known = missingContexts.get(pathName(place)) ?? [];
    missingContexts.set(pathName(place), [...known, { around: placeOf(source, place), takers }]);
  }
}

function fieldsTaking(name: string, { selections }: SelectionSetNode, at: Path): readonly Path[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsTaking(name, node.selectionSet, at);
    const path = [...at, node.alias?.value ?? node.name.value];
    const below = node.selectionSet === undefined ? [] : fieldsTaking(name, node.selectionSet, path);
    return takesOneOf(node, new Set([name])) ? [path, ...below] : below;
  });
}

function placeOf({ levels, path }: Source, place: Path): Path {
  return [...placeAbove(place, levels), ...path.filter((step) => !step.startsWith(FRAGMENT))];
}

/** Adds to the journal what the fields needed that were not asked for. */
function writeNeeds(
  { node, path, entities }: Unasked,
  { root }: PlanRun,
  schema: GraphQLSchema,
  { needs }: FetchJournal,
): void {
  const selection = selectionOf(documentOf(node), node.operationName, {});
  const sets = entitySets(selection);
  const keysOf = new Map<unknown, readonly string[]>();
  const places = placesOfEntities(root, path);
  for (const entity of entities) {
    const typeName = getOwn(entity, '__typename');
    const keys = keysOf.get(typeName) ?? [
      ...fieldsOf(selection, sets, (condition) => couldApply(entity, condition, schema)).keys(),
    ];
    keysOf.set(typeName, keys);
    // Most are of other types, and nothing was to be asked of them.
    if (keys.length === 0) continue;
    for (const place of places.get(entity) ?? []) {
      const here = needsIn(entity, node.requires ?? [], place, schema);
      for (const key of keys) {
        const name = pathName([...place, key]);
        // A plan may fetch it twice, the second time by what it led to.
        needs.set(name, [...(needs.get(name) ?? []), ...here]);
      }
    }
  }
}

/** Looser than `couldBe`: an object that does not say its type may be of any. */
function couldApply(object: Data, condition: string | undefined, schema: GraphQLSchema): boolean {
  const typeName = getOwn(object, '__typename');
  return condition === undefined || typeof typeName !== 'string' || couldBe(schema, typeName, condition);
}

/**
 * What was given of a need may be why a field is not asked for: null, or an object that has a null. Where something of
 * the object was not given at all, that is what is needed.
 */
function needsIn(
  entity: Data,
  selections: readonly QueryPlanSelectionNode[],
  place: Path,
  schema: GraphQLSchema,
): readonly Need[] {
  return selections.flatMap((node): readonly Need[] => {
    if (node.kind === 'InlineFragment')
      return couldApply(entity, node.typeCondition, schema)
        ? needsIn(entity, node.selections, place, schema)
        : [];
    const key = node.alias ?? node.name;
    const path = [...place, key];
    const lacks = lacksIn(getOwn(entity, key), node.selections ?? [], path, schema);
    const missing = lacks.filter(({ isNull }) => !isNull);
    const isReason = missing.length === 0 && lacks.length > 0;
    return [{ path, isReason }, ...missing.map((each) => ({ path: each.path, isReason: false }))];
  });
}

interface Lack {
  readonly path: Path;
  /** Given as null; else not given at all. */
  readonly isNull: boolean;
}

/** What of the selections is null or in no object of the value. */
function lacksIn(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  path: Path,
  schema: GraphQLSchema,
): readonly Lack[] {
  if (value == null) return [{ path, isNull: value === null }];
  if (Array.isArray(value)) {
    if (path.length > MOST_LISTS) return [];
    return value.flatMap((item, index) => lacksIn(item, selections, [...path, index], schema));
  }
  if (!isRecord(value)) return [];
  return selections.flatMap((node): readonly Lack[] => {
    if (node.kind === 'InlineFragment')
      return couldApply(value, node.typeCondition, schema)
        ? lacksIn(value, node.selections, path, schema)
        : [];
    const key = node.alias ?? node.name;
    if (key === '__typename') return [];
    return lacksIn(getOwn(value, key), node.selections ?? [], [...path, key], schema);
  });
}

/** Adds to the journal what the fetch left null, at its places in the response. */
function writeDown(fetch: FetchRecord, run: PlanRun, schema: GraphQLSchema, journal: FetchJournal): void {
  if (fetch.answer.kind === 'answered') journal.askers.push(askerOf(fetch, run, schema));
  const { failures, unknown } = fetch.outcome ?? outcomeOf(fetch, run.variables, schema);
  if (failures.length === 0 && unknown.length === 0) return;
  const places = placesOfEntities(run.root, fetch.path);
  const placesOf = (target: number): readonly Path[] =>
    (fetch.targets[target] ?? []).flatMap((entity) => places.get(entity) ?? []);
  for (const { target, path, ...failure } of failures) {
    for (const place of placesOf(target)) journal.failures.push({ ...failure, path: [...place, ...path] });
  }
  for (const { target, path } of unknown) {
    for (const place of placesOf(target)) journal.unknownToOwner.add(pathName([...place, ...path]));
  }
}
