/**
 * Puts what a fetch gave into the unfinished response. Objects and lists that both sides have grow together, field
 * by field and index by index; anything else is taken from the newer side. Knows no schema but the names of interfaces.
 */

import { isWrittenNumber } from '../base/exact-json.ts';
import { getOwn, setOwn, type Data } from './own-property.ts';

/**
 * `interfaces` are names that a subgraph may give as the type of an object although they are none (@interfaceObject);
 * they never take the place of a real one.
 */
export function mergeData(target: Data, source: Data, interfaces: ReadonlySet<string>, depth = 0): void {
  for (const key of Object.keys(source)) {
    const given = source[key];
    // Hot: nothing there, and nothing of that name in the prototype either.
    if (target[key] === undefined && given !== undefined) target[key] = given;
    else mergeField(target, key, { given, interfaces, depth });
  }
}

/** Into each of them, which come to share what the source holds. */
export function mergeIntoAll(targets: readonly Data[], source: Data, interfaces: ReadonlySet<string>): void {
  for (const key of Object.keys(source)) {
    const given = source[key];
    for (const target of targets) {
      if (target[key] === undefined && given !== undefined) target[key] = given;
      else mergeField(target, key, { given, interfaces });
    }
  }
}

interface GivenField {
  readonly given: unknown;
  readonly interfaces: ReadonlySet<string>;
  /** Of the target. */
  readonly depth?: number;
}

/** No answer is as deep; subgraphs that lie may send more than the stack holds. What stands deeper stays as it was. */
const MOST_DEPTH = 1_000;

/** Where the target has something already, or its prototype has. */
export function mergeField(target: Data, key: string, { given, interfaces, depth = 0 }: GivenField): void {
  const present = getOwn(target, key);
  if (isContainer(present) && isContainer(given))
    mergeContainers(present, given, { interfaces, depth: depth + 1 });
  else if (key === '__typename' && interfaces.has(String(given))) return;
  else if (given !== undefined && (given !== null || present === undefined)) setOwn(target, key, given);
}

function mergeContainers(
  present: Data | unknown[],
  given: Data | unknown[],
  { interfaces, depth }: { readonly interfaces: ReadonlySet<string>; readonly depth: number },
): void {
  if (present === given || depth > MOST_DEPTH) return;
  if (Array.isArray(present) !== Array.isArray(given)) return;
  if (!Array.isArray(present) || !Array.isArray(given)) {
    // Reason for the casts: both are plain objects here; the lines above have ruled out lists.
    mergeData(present as Data, given as Data, interfaces, depth);
    return;
  }
  for (const [index, item] of given.entries()) {
    const own = present[index];
    if (isContainer(own) && isContainer(item)) mergeContainers(own, item, { interfaces, depth: depth + 1 });
    // Whoever says that there is nothing does not take away what others have, whichever comes first.
    else if (own === undefined || (own === null && item !== undefined)) present[index] = item;
  }
}

function isContainer(value: unknown): value is Data | unknown[] {
  return typeof value === 'object' && value !== null && !isWrittenNumber(value);
}
