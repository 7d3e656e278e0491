/**
 * Where an answer is not what it must be. Data must be equal. An error that stands on the null that it explains must
 * have the same path in both; where a null has spread, at least one of the fields that failed below it must be named.
 * Where it depends on the plan how much is lost, the answer must lie between two. Knows no executor.
 */

import { isRecord } from '../../../gateway/base/is-record.ts';
import type { Path } from '../../../gateway/upstream/subgraph-error.ts';
import { explainedNulls, nullOn, type Answer } from '../kit/answer.ts';

export type Difference =
  | 'data'
  | 'a null without an error'
  | 'an error that leads to no null'
  | 'an error without a path'
  | 'paths of errors'
  | 'an error of a field that did not fail'
  | 'only the order of keys';

export interface Expected {
  /** With everything null that may be lost. */
  readonly least: Answer;
  /** With only that null which must be lost. */
  readonly most: Answer;
  /** Without any fault. */
  readonly healthy: Answer;
  /** As if every type were nullable, with all that may be lost. */
  readonly everyFailure: Answer;
  /** Whether only one answer is right. */
  readonly isExact: boolean;
  /** Whether what fails is needed by others, and so told at its object even where the client loses nothing. */
  readonly isNeeded: boolean;
}

export function differencesOf(answer: Answer, expected: Expected): readonly Difference[] {
  const { least, most } = expected;
  const found = new Set<Difference>();
  if (!isBetween(answer.data, { least: least.data, most: most.data })) found.add('data');
  for (const { path } of answer.errors) {
    if (nullOn(answer.data, path) !== undefined) continue;
    if (path.length === 0) found.add('an error without a path');
    else if (!expected.isNeeded) found.add('an error that leads to no null');
  }
  if (found.size > 0) return [...found];
  if (expected.isExact) for (const each of exactDifferences(answer, expected)) found.add(each);
  else if (!allExplained(answer, expected)) found.add('a null without an error');
  if (found.size === 0 && expected.isExact && answer.text !== most.text) found.add('only the order of keys');
  return [...found];
}

function exactDifferences(answer: Answer, { most, everyFailure, healthy }: Expected): readonly Difference[] {
  const found: Difference[] = [];
  const [ours, theirs] = [explainedNulls(answer), explainedNulls(most)];
  if (theirs.some((each) => !ours.includes(each))) found.push('a null without an error');
  const failing = everyFailure.errors.map(({ path }) => path);
  // Below a null that has spread nobody sees the types of a list's items, and what a failed fetch never came to.
  const isFailing = (path: Path) =>
    failing.some((each) =>
      path.slice(0, each.length).every((part, index) => isSamePart(part, each[index])),
    ) || nullOn(everyFailure.data, path)?.length === path.length;
  const spread = answer.errors.filter(({ path }) => nullOn(answer.data, path)?.length !== path.length);
  if (!spread.every(({ path }) => isFailing(path))) found.push('an error of a field that did not fail');
  // Of an object that no client may see its subgraph tells what failed in it.
  const unseen = new Set(pathsOnNulls(healthy).filter((each) => isFailedBelow(answer, each)));
  const expected = pathsOnNulls(most).filter((each) => !unseen.has(each));
  const isSame = JSON.stringify(pathsOnNulls(answer)) === JSON.stringify(expected);
  const isSpreadSame = JSON.stringify(ours) === JSON.stringify(theirs);
  if (found.length === 0 && !(isSame && isSpreadSame)) found.push('paths of errors');
  return found;
}

function isSamePart(part: string | number, other: string | number | undefined): boolean {
  return typeof part === 'number' ? typeof other === 'number' : part === other;
}

function isFailedBelow({ errors }: Answer, path: string): boolean {
  return errors.some((each) => JSON.stringify(each.path).startsWith(`${path.slice(0, -1)},`));
}

function pathsOnNulls({ data, errors }: Answer): readonly string[] {
  const exact = errors.filter(({ path }) => nullOn(data, path)?.length === path.length);
  return [...new Set(exact.map(({ path }) => JSON.stringify(path)))].sort();
}

/** Every null that the healthy answer has not. */
function allExplained(answer: Answer, { healthy }: Expected): boolean {
  const explained = new Set(explainedNulls(answer));
  return newNulls(answer.data, healthy.data, []).every((path) => explained.has(JSON.stringify(path)));
}

function newNulls(value: unknown, healthy: unknown, path: Path): readonly Path[] {
  if (value === null) return healthy === null ? [] : [path];
  if (Array.isArray(value) && Array.isArray(healthy))
    return value.flatMap((item, index) => newNulls(item, healthy[index], [...path, index]));
  if (!isRecord(value) || !isRecord(healthy)) return [];
  return Object.entries(value).flatMap(([key, each]) => newNulls(each, healthy[key], [...path, key]));
}

/** `least` undefined: nothing has to be there. */
interface Between {
  readonly least: unknown;
  readonly most: unknown;
}

function isBetween(value: unknown, { least, most }: Between): boolean {
  if (value === null) return least == null;
  if (most == null) return false;
  const floor = least ?? undefined;
  if (Array.isArray(value)) {
    if (!Array.isArray(most) || most.length !== value.length) return false;
    const items = Array.isArray(floor) ? floor : [];
    return value.every((item, index) => isBetween(item, { least: items[index], most: most[index] }));
  }
  if (!isRecord(value)) return value === most;
  if (!isRecord(most) || Object.keys(most).length !== Object.keys(value).length) return false;
  const parts = isRecord(floor) ? floor : {};
  return Object.entries(value).every(
    ([key, each]) => Object.hasOwn(most, key) && isBetween(each, { least: parts[key], most: most[key] }),
  );
}
