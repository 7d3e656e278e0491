/**
 * The errors that a client reads: every null that a failure caused gets one whose path leads to it, also where the
 * failed field was not the client's but one that another field needs (@requires, a key). Pure; knows no engine.
 */

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { getBelow, getOwn, valueAt } from './own-property.ts';
import { missingAround, pathName, type FetchJournal, type FieldFailure } from './fetch-journal.ts';
import { beginningsOf, PathIndex } from './path-index.ts';
import { UNKNOWN_ENTITY } from './read-fetch.ts';
import { knownPart, type Applies, type Selection } from './selection.ts';
import { nameOf } from './told-failures.ts';

export interface AnswerParts {
  readonly operation: Selection;
  /** As the client gets it. */
  readonly data: JsonObject | null | undefined;
  /** As the subgraphs gave it: a field that is not in it was never answered. */
  readonly raw: JsonObject;
  /** Where the engine had to put null because the schema does not allow the value. */
  readonly broken: readonly Path[];
  /** Whether a type condition can hold of an object of the named type; any can where it is left out. */
  readonly couldBe?: (typeName: string, condition: string) => boolean;
  /** Where whoever asks may see nothing; these nulls have errors of their own. */
  readonly refused?: readonly { readonly path: Path }[];
}

export function explainNulls(parts: AnswerParts, journal: FetchJournal): readonly FieldFailure[] {
  const { operation, data, raw, broken, refused = [] } = parts;
  const unanswered = [...unansweredNulls(data, raw), ...broken];
  if (journal.failures.length === 0 && unanswered.length === 0) return [];
  const types = typesIn(parts);
  const isAsked = ({ path }: FieldFailure) => knownPart(operation, path, types).length === path.length;
  const { asked = [], hidden = [] } = Object.groupBy(journal.failures, (each) =>
    isAsked(each) ? 'asked' : 'hidden',
  );
  const { told, over, explained } = sortOut(asked, data);
  const explaining = new PathIndex(asked.filter((failure) => !over.includes(failure)));
  const causeOf = causesOf([...hidden, ...asked], { over, journal });
  const typeless = new Map(
    hidden.flatMap((failure) => {
      return failure.path.at(-1) === '__typename' ? [[pathName(failure.path.slice(0, -1)), failure]] : [];
    }),
  );
  const refusedNames = new Set(refused.map(({ path }) => pathName(path)));
  // Lost with a field whose own error explains the same null already, or with one that is told there.
  const isToldBeside = (cause: FieldFailure, path: Path) =>
    (cause.lostWith === 'field' || told.includes(cause)) && explained.has(endOf(data, path)?.name ?? '');
  const derived: FieldFailure[] = [];
  const used = new Set<string>();
  const nameOfCause = (failure: FieldFailure) => causeName(failure, operation);
  const isBroken = new Set(broken);
  for (const path of unanswered) {
    const name = pathName(path);
    if (explaining.covers(path) || journal.unknownToOwner.has(name) || refusedNames.has(name)) continue;
    // What somebody gave is wrong in itself, whatever else went wrong beside it, if only for want of its type.
    const cause = isGiven(raw, path) ? typeless.get(pathName(path)) : causeOf(path);
    if (cause !== undefined) used.add(nameOfCause(cause));
    if (cause !== undefined && isToldBeside(cause, path)) continue;
    const failure = explanationOf(path, { cause, journal, isBroken: isBroken.has(path) });
    if (failure !== undefined) derived.push(failure);
  }
  // What failed without a loss to the client is a matter for the log: a whole fetch, a field of objects of other types.
  const isOfOthers = ({ path }: FieldFailure) => knownPart(operation, path).length === path.length;
  const spread = hidden.flatMap((failure) => {
    if (failure.lostWith !== undefined || used.has(nameOfCause(failure)) || isOfOthers(failure)) return [];
    const path = knownPart(operation, failure.path);
    return endOf(data, path)?.isNull === true ? [{ ...failure, path }] : [];
  });
  return distinct([...told, ...derived, ...spread]);
}

interface Unexplained {
  readonly cause: FieldFailure | undefined;
  readonly journal: FetchJournal;
  /** Whether the schema allows no null there. */
  readonly isBroken: boolean;
}

/** Undefined for a null that is no failure. */
export function explanationOf(
  path: Path,
  { cause, journal, isBroken }: Unexplained,
): FieldFailure | undefined {
  if (isBroken) return { ...(cause ?? { code: 'SUBGRAPH_RESPONSE_INVALID', facts: {} }), path };
  // A system on the way to the field does not know the entity.
  if (cause?.facts.reason === UNKNOWN_ENTITY) return undefined;
  if (cause !== undefined) return { ...cause, path };
  if (isLeftOut(path, journal)) return undefined;
  // Somebody was asked for it who says that there is less than others do (@shareable).
  const subgraph = journal.askers.map((asker) => asker(path)).find((name) => name !== undefined);
  if (subgraph !== undefined) return { code: 'SUBGRAPH_RESPONSE_INVALID', facts: { subgraph }, path };
  // Nobody was asked for it, or for all that it needs: the plan lacks that.
  return { code: 'INTERNAL', facts: {}, path };
}

/**
 * The field, or an object above it that others have given, is unknown to who would have added it or was not asked for:
 * what that needs, of its entity or from around it, is null or unknown to its owner.
 */
function isLeftOut(path: Path, journal: FetchJournal, above: readonly string[] = []): boolean {
  if (missingAround(journal.missingContexts, path) !== undefined) return true;
  return beginningsOf(path).some((part) => {
    const name = pathName(part);
    if (journal.unknownToOwner.has(name)) return true;
    const needs = above.includes(name) ? [] : (journal.needs.get(name) ?? []);
    return needs.some((need) => need.isReason || isLeftOut(need.path, journal, [...above, name]));
  });
}

/** Failures in one object of the client's, or below it where the client asked for nothing, that tell the same. */
function causeName({ path, code, facts }: FieldFailure, operation: Selection): string {
  const known = knownPart(operation, path);
  const object = known.length < path.length ? known : path.slice(0, -1);
  return pathName([...object, code, facts.subgraph ?? '']);
}

function isGiven(raw: unknown, path: Path): boolean {
  return valueAt(raw, path) != null;
}

/** A fetch may have asked more of an object than the client did, before anybody knew its type (@interfaceObject). */
function typesIn({ raw, couldBe = () => true }: AnswerParts): (path: Path) => Applies {
  return (path) => {
    const object = valueAt(raw, path);
    const typeName = isRecord(object) ? getOwn(object, '__typename') : undefined;
    return (condition) => typeof typeName !== 'string' || couldBe(typeName, condition);
  };
}

interface Sorted {
  readonly told: readonly FieldFailure[];
  /** Of what somebody else gave: only what they did not give below it is lost. */
  readonly over: readonly FieldFailure[];
  /** The nulls that fields explain which failed by themselves. */
  readonly explained: ReadonlySet<string>;
}

/**
 * Leaves out those of fields that the client asked of objects of another type alone, and what was lost with another
 * field if one null took the place of both.
 */
function sortOut(failures: readonly FieldFailure[], data: unknown): Sorted {
  const found = failures.flatMap((failure) => {
    const end = endOf(data, failure.path);
    if (end === undefined) return [];
    return [{ failure, end, isOver: !end.isNull && isLost(failure) }];
  });
  const first = found.filter(({ failure }) => failure.lostWith !== 'field');
  const explained = new Set(first.map(({ end }) => end.name));
  return {
    told: found
      .filter(
        ({ failure, isOver, end }) => !isOver && !(failure.lostWith === 'field' && explained.has(end.name)),
      )
      .map(({ failure }) => failure),
    over: found.filter(({ isOver }) => isOver).map(({ failure }) => failure),
    explained,
  };
}

/** Whether its fetch gave nothing there. */
export function isLost({ lostWith, leftNull }: FieldFailure): boolean {
  return lostWith !== undefined || leftNull === true;
}

interface End {
  readonly name: string;
  readonly isNull: boolean;
}

/** Where the path ends in the answer, at the latest at a null; undefined where an object has no such field. */
export function endOf(data: unknown, path: Path): End | undefined {
  let value: unknown = data ?? null;
  for (const [depth, part] of path.entries()) {
    if (value === null) return { name: pathName(path.slice(0, depth)), isNull: true };
    if (isRecord(value) && !Object.hasOwn(value, part)) return undefined;
    value = getBelow(value, part);
  }
  return { name: pathName(path), isNull: value === null };
}

/** Fields that are null in the answer and missing in what the subgraphs gave; introspection is not theirs to give. */
function unansweredNulls(data: unknown, raw: unknown, path: Path = []): readonly Path[] {
  // A scalar of the supergraph's own, of which everything was given, however deep it is.
  if (data === raw && data !== null) return [];
  if (Array.isArray(data)) {
    const items = Array.isArray(raw) ? raw : [];
    return data.flatMap((item, index) => unansweredNulls(item, items[index], [...path, index]));
  }
  if (!isRecord(data)) return [];
  return Object.entries(data).flatMap(([key, value]) => {
    const given = isRecord(raw) ? getOwn(raw, key) : undefined;
    if (given === undefined) return value === null ? [[...path, key]] : [];
    return value === null ? [] : unansweredNulls(value, given, [...path, key]);
  });
}

interface CauseParts {
  readonly over?: readonly FieldFailure[];
  readonly journal: FetchJournal;
}

/** A field that was never asked for failed because of a failure in the same object or below it, or of its fetch. */
export function causesOf(
  failures: readonly FieldFailure[],
  { over = [], journal }: CauseParts,
): (path: Path) => FieldFailure | undefined {
  const { needs, missingContexts, unknownToOwner } = journal;
  const byBeginning = failuresByBeginning(failures);
  /** What a field needs may itself be lacking for something that it needs, of its entity or from around it. */
  const causeByNeeds = (path: Path, above: readonly string[] = []): FieldFailure | undefined => {
    const name = pathName(path);
    if (above.includes(name)) return undefined;
    const through = [...above, name];
    return firstOf(
      needs.get(name) ?? [],
      ({ path: needed }) =>
        byBeginning.get(pathName(needed)) ?? causeAround(needed, through) ?? causeByNeeds(needed, through),
    );
  };
  const exact = new Map(failures.map((failure) => [pathName(failure.path), failure]));
  const byPath = new Map(over.map((failure) => [pathName(failure.path), failure]));
  const byObject = new Map<string, FieldFailure>();
  for (const failure of failures) {
    for (const object of beginningsOf(failure.path.slice(0, -1))) {
      if (!byObject.has(pathName(object))) byObject.set(pathName(object), failure);
    }
  }
  const causeOf = (path: Path, above: readonly string[] = []) =>
    firstOf(beginningsOf(path).toReversed(), (part) => causeByNeeds(part, above)) ??
    // Why it was not asked for is known where it is left out.
    (isLeftOut(path, journal) ? undefined : byObject.get(pathName(path.slice(0, -1)))) ??
    beginningsOf(path).flatMap((part) => byPath.get(pathName(part)) ?? [])[0];
  const causeAround = (path: Path, above: readonly string[] = []): FieldFailure | undefined => {
    const around = missingAround(missingContexts, path);
    if (around === undefined || unknownToOwner.has(pathName(around))) return undefined;
    return (
      byBeginning.get(pathName(around)) ??
      causeOf(around, above) ??
      firstOf(beginningsOf(around).toReversed(), (part) => exact.get(pathName(part)))
    );
  };
  return (path) => {
    const around = missingAround(missingContexts, path);
    const isUnknown = around !== undefined && unknownToOwner.has(pathName(around));
    return isUnknown ? undefined : (causeOf(path) ?? causeAround(path));
  };
}

function firstOf<Place>(
  places: readonly Place[],
  causeOf: (place: Place) => FieldFailure | undefined,
): FieldFailure | undefined {
  for (const place of places) {
    const cause = causeOf(place);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** For each path the first failure there or below it. */
export function failuresByBeginning(failures: readonly FieldFailure[]): ReadonlyMap<string, FieldFailure> {
  const found = new Map<string, FieldFailure>();
  for (const failure of failures) {
    for (const beginning of beginningsOf(failure.path)) {
      if (!found.has(pathName(beginning))) found.set(pathName(beginning), failure);
    }
  }
  return found;
}

function distinct(failures: readonly FieldFailure[]): readonly FieldFailure[] {
  return [...new Map(failures.map((each) => [nameOf(each), each])).values()];
}
