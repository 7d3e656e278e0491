/**
 * One fetch and what came of it, in terms of the client's response: the data that the engine may merge, and for
 * every field that it leaves null through a failure the reason. Pure; knows neither transport nor engine.
 */

import { isInterfaceType, isNonNullType, isObjectType, type FieldNode, type GraphQLSchema } from 'graphql';

import type { ErrorCode } from '../../schema/contract/errors.ts';
import type { ErrorFacts } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import {
  checkEntityShapes,
  checkRootShape,
  couldBe,
  entityTypeName,
  type ShapeFault,
} from './check-shape.ts';
import { knownFields } from './known-keys.ts';
import { getBelow, getOwn, valueAt } from './own-property.ts';
import { entitySets, fieldsOf, knownPart, type Selection } from './selection.ts';

export interface Fetch {
  readonly subgraph: string;
  readonly selection: Selection;
  readonly schema: GraphQLSchema;
  /** Undefined for a fetch of root fields. */
  readonly representations: readonly JsonObject[] | undefined;
}

/** A field without a value and why; `target` counts among the objects that the fetch fills. */
export interface TargetFailure {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly target: number;
  /** From the target on; empty where the failure is about the whole object. */
  readonly path: Path;
  /** Nothing was said of the field itself: it was lost with its whole fetch, or with another field that failed. */
  readonly lostWith?: 'fetch' | 'field';
  /** The fetch gave nothing for the field, though another may have. */
  readonly leftNull?: boolean;
}

export interface FetchOutcome {
  /** What the engine may merge; null where there is nothing. */
  readonly data: Record<string, unknown> | null;
  readonly failures: readonly TargetFailure[];
  /** Fields that are null because the subgraph does not know the entity, which is no failure. */
  readonly unknown: readonly { readonly target: number; readonly path: Path }[];
}

/** An object that the fetch fills: the root of its answer, or one entity. */
interface Target {
  readonly index: number;
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  readonly value: JsonObject | null;
}

interface Reason {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  /** Undefined: about every target. */
  readonly target: number | undefined;
  readonly path: Path;
}

/** Changes the answer's data in place where it does not fit the schema. */
export function readFetch(fetch: Fetch, answer: SubgraphAnswer): FetchOutcome {
  const { data, reasons } = dataAndReasons(fetch, answer);
  const byTarget = Map.groupBy(reasons, ({ target }) => target);
  const reasonsFor = ({ index }: Target) => [
    ...(byTarget.get(undefined) ?? []),
    ...(byTarget.get(index) ?? []),
  ];
  const targets = targetsOf(fetch, data);
  const unknown = targets.filter((target) => target.value === null && reasonsFor(target).length === 0);
  return {
    data,
    failures: targets.flatMap((target) => targetFailures(fetch, target, reasonsFor(target))),
    unknown: unknown.flatMap(({ index, fields }) =>
      [...fields.keys()].map((key) => ({ target: index, path: [key] })),
    ),
  };
}

function dataAndReasons(fetch: Fetch, answer: SubgraphAnswer) {
  if (answer.kind === 'failed') {
    const { code, facts } = answer.error;
    return { data: null, reasons: [{ code, facts, target: undefined, path: [] }] };
  }
  const reported = answer.errors.map(({ code, facts, path }) => ({
    code,
    facts,
    ...placeOf(fetch, path ?? []),
  }));
  const isUsable =
    fetch.representations === undefined || hasEntities(answer.data, fetch.representations.length);
  if (answer.data === null || !isUsable) {
    const reasons = answer.data !== null && reported.length === 0 ? [invalid(fetch, [])] : reported;
    const [first] = reasons;
    // Of what else was asked for nothing came either.
    const forAll = first === undefined ? [] : [{ ...first, target: undefined, path: [] }];
    return { data: null, reasons: [...reasons, ...(fetch.representations === undefined ? [] : forAll)] };
  }
  const faults = shapeFaults(fetch, answer.data)
    .filter(
      (fault) => !fault.isNull || !answer.errors.some(({ path }) => isExplainedBy(fault.path, path ?? [])),
    )
    .map(({ path }) => invalid(fetch, path));
  return { data: answer.data, reasons: [...reported, ...faults] };
}

function hasEntities(data: JsonObject | null, count: number): data is { _entities: unknown[] } {
  const { _entities: entities } = data ?? {};
  return Array.isArray(entities) && entities.length === count;
}

function shapeFaults(fetch: Fetch, data: Record<string, unknown>): readonly ShapeFault[] {
  const { selection, schema, representations } = fetch;
  const { _entities: entities } = data;
  if (representations === undefined || !Array.isArray(entities))
    return checkRootShape(selection, data, schema);
  return checkEntityShapes(selection, entities, representations.map(typeNameOf), schema);
}

function targetsOf(fetch: Fetch, data: JsonObject | null): readonly Target[] {
  const { selection, schema, representations } = fetch;
  if (representations === undefined) {
    const typeName = schema.getRootType(selection.rootKind)?.name ?? '';
    return [{ index: 0, typeName, fields: fieldsOf(selection, [selection.root], () => true), value: data }];
  }
  const sets = entitySets(selection);
  const entities = Array.isArray(data?.['_entities']) ? data['_entities'] : [];
  return representations.map((representation, index) => {
    const given: unknown = entities[index];
    const value = isRecord(given) ? given : null;
    const asked = typeNameOf(representation);
    const typeName = value === null ? asked : entityTypeName(schema, asked, value);
    const fields = fieldsOf(selection, sets, (condition) => couldBe(schema, typeName, condition));
    if (value !== null) return { index, typeName, fields, value };
    const known = new Set(knownFields(fields, representation).keys());
    // That it is of some type of an interface does not tell of which.
    if (!isObjectType(schema.getType(asked))) known.delete('__typename');
    return { index, typeName, fields: new Map([...fields].filter(([key]) => !known.has(key))), value };
  });
}

function targetFailures(fetch: Fetch, target: Target, reasons: readonly Reason[]): readonly TargetFailure[] {
  const { index, value, fields } = target;
  const placed = reasons.map((reason) => ({ ...reason, path: asFarAsListsGo(value, reason.path) }));
  const exact = placed.filter(({ path }) => path.length > 0);
  const whole = placed.find(({ path }) => path.length === 0);
  // The name of a type is lost only where nothing else was asked for.
  const asked =
    fields.size === 1 ? [...fields.keys()] : [...fields.keys()].filter((key) => key !== '__typename');
  const lost = asked.filter(
    (key) =>
      (value === null || (getOwn(value, key) ?? null) === null) && !exact.some(({ path }) => path[0] === key),
  );
  const filled = lost.flatMap((key) => {
    const other = value === null ? exact[0] : undefined;
    const cause = whole ?? other ?? brokenPromise(fetch, target, key);
    const lostWith = whole === undefined && other !== undefined ? 'field' : 'fetch';
    return cause === undefined ? [] : [{ ...cause, target: index, path: [key], lostWith } as const];
  });
  const found = exact.flatMap((reason) => {
    const leftNull = (valueAt(value, reason.path) ?? null) === null;
    const failure = { ...reason, target: index, leftNull };
    const end = endOfPath(value, reason.path);
    // What it took along may have been given by somebody else, but for what only this fetch was asked for.
    return end === reason.path ? [failure] : [failure, { ...failure, path: end, lostWith: 'field' as const }];
  });
  // An error beside good data is still told, once; a fetch that failed without a loss to the client is not.
  const isOnce = index === 0 || whole?.target === index;
  const isIdle = whole !== undefined && value !== null && lost.length === 0 && isOnce;
  return isIdle ? [...found, { ...whole, target: index }] : [...found, ...filled];
}

/** The reason of a field that cannot be null, of an entity that the subgraph says it does not know. */
export const UNKNOWN_ENTITY = 'unknown entity';

/** A field that was left out, or one that cannot be null of an entity that the subgraph says it does not know. */
function brokenPromise(fetch: Fetch, { value, typeName, fields }: Target, key: string): Reason | undefined {
  if (value !== null) return Object.hasOwn(value, key) ? undefined : invalid(fetch, []);
  const type = fetch.schema.getType(typeName);
  const name = fields.get(key)?.[0]?.name.value ?? '';
  const hasFields = isObjectType(type) || isInterfaceType(type);
  const promised = hasFields && isNonNullType(type.getFields()[name]?.type);
  return promised ? invalid(fetch, [], UNKNOWN_ENTITY) : undefined;
}

function invalid(fetch: Fetch, path: Path, reason?: string): Reason {
  const facts = { subgraph: fetch.subgraph, ...(reason === undefined ? {} : { reason }) };
  return { code: 'SUBGRAPH_RESPONSE_INVALID', facts, ...placeOf(fetch, path) };
}

/** From a path in the fetch's answer to an object that it fills and the path from there on. */
function placeOf(fetch: Fetch, path: Path): Pick<Reason, 'target' | 'path'> {
  const known = knownPart(fetch.selection, path);
  if (fetch.representations === undefined) return { target: 0, path: known };
  const [head, index, ...rest] = known;
  const isEntity = head === '_entities' && typeof index === 'number' && index in fetch.representations;
  return isEntity ? { target: index, path: rest } : { target: undefined, path: [] };
}

function isExplainedBy(nullPath: Path, errorPath: Path): boolean {
  const shared = Math.min(nullPath.length, errorPath.length);
  return shared > 0 && nullPath.slice(0, shared).every((part, index) => part === errorPath[index]);
}

function typeNameOf({ __typename: name }: JsonObject): string {
  return typeof name === 'string' ? name : '';
}

/** As far as there is something; the path itself where that is up to its last step. */
function endOfPath(given: unknown, path: Path): Path {
  let value = given;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    value = getBelow(value, step);
    if (value === null || value === undefined) return path.slice(0, depth + 1);
  }
  return path;
}

/** Without what comes from an index on that a list has not. */
function asFarAsListsGo(given: unknown, path: Path): Path {
  let value = given;
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(value) && !(step in value)) return path.slice(0, depth);
    value = getBelow(value, step);
  }
  return path;
}
