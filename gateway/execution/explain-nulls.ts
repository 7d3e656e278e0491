/**
 * The errors that a client reads: every null that a failure caused gets one whose path leads to it, also where the
 * failed field was not the client's but one that another field needs (@requires, a key). Pure; knows no engine.
 */

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { pathName, type FetchJournal, type FieldFailure } from './fetch-journal.ts';
import { knownPart, type Selection } from './selection.ts';

export interface AnswerParts {
  readonly operation: Selection;
  /** As the client gets it. */
  readonly data: JsonObject | null | undefined;
  /** As the subgraphs gave it: a field that is not in it was never answered. */
  readonly raw: JsonObject;
  /** Where the engine had to put null because the schema does not allow the value. */
  readonly broken: readonly Path[];
}

export function explainNulls(parts: AnswerParts, journal: FetchJournal): readonly FieldFailure[] {
  const { operation, data, raw, broken } = parts;
  if (journal.failures.length === 0 && broken.length === 0) return [];
  const isTold = ({ path }: FieldFailure) => knownPart(operation, path).length === path.length;
  const { told = [], hidden = [] } = Object.groupBy(journal.failures, (each) =>
    isTold(each) ? 'told' : 'hidden',
  );
  const isCovered = coverageOf(told);
  const causeOf = causesOf([...hidden, ...told]);
  const derived: FieldFailure[] = [];
  const used = new Set<FieldFailure>();
  const isBroken = new Set(broken);
  for (const path of [...unansweredNulls(data, raw), ...broken]) {
    if (isCovered(path) || journal.unknownToOwner.has(pathName(path))) continue;
    const cause = causeOf(path);
    if (cause !== undefined) used.add(cause);
    if (cause !== undefined) derived.push({ ...cause, path });
    else if (isBroken.has(path)) derived.push({ code: 'SUBGRAPH_RESPONSE_INVALID', facts: {}, path });
  }
  const unused = hidden.filter((failure) => !used.has(failure));
  return distinct([
    ...told,
    ...derived,
    ...unused.map((failure) => ({ ...failure, path: knownPart(operation, failure.path) })),
  ]);
}

/** Fields that are null in the answer and missing in what the subgraphs gave; those of the root are always asked. */
function unansweredNulls(data: unknown, raw: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(data)) {
    const items = Array.isArray(raw) ? raw : [];
    return data.flatMap((item, index) => unansweredNulls(item, items[index], [...path, index]));
  }
  if (!isRecord(data)) return [];
  const given = isRecord(raw) ? raw : {};
  return Object.entries(data).flatMap(([key, value]) => {
    if (value !== null) return unansweredNulls(value, given[key], [...path, key]);
    return path.length === 0 || given[key] !== undefined ? [] : [[...path, key]];
  });
}

/** A null is covered by an error at it, above it, or below it, from where the null has spread. */
export function coverageOf(failures: readonly FieldFailure[]): (path: Path) => boolean {
  const exact = new Set(failures.map(({ path }) => pathName(path)));
  const beginnings = new Set(failures.flatMap(({ path }) => beginningsOf(path).map(pathName)));
  return (path) =>
    beginnings.has(pathName(path)) || beginningsOf(path).some((part) => exact.has(pathName(part)));
}

/** A field that was never asked for failed because of a failure in the same object or below it. */
export function causesOf(failures: readonly FieldFailure[]): (path: Path) => FieldFailure | undefined {
  const byObject = new Map<string, FieldFailure>();
  for (const failure of failures) {
    for (const object of beginningsOf(failure.path.slice(0, -1))) {
      if (!byObject.has(pathName(object))) byObject.set(pathName(object), failure);
    }
  }
  return (path) => byObject.get(pathName(path.slice(0, -1)));
}

/** All beginnings of a path but the empty one. */
export function beginningsOf(path: Path): readonly Path[] {
  return path.map((_part, index) => path.slice(0, index + 1));
}

function distinct(failures: readonly FieldFailure[]): readonly FieldFailure[] {
  const byName = new Map(
    failures.map((each) => [pathName([...each.path, each.code, each.facts.subgraph ?? '']), each]),
  );
  return [...byName.values()];
}
