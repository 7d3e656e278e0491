/**
 * Nulls that stand for a failure are taken out of what is merged: what was never answered is not handed to whoever
 * needs it (@requires, a key), who would take the null for a value and reckon with it. Knows no plan.
 */

import type { JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { getOwn, type Data } from './own-property.ts';
import type { FetchOutcome } from './read-fetch.ts';

/** Changes the outcome's data in place; to the client a field that is missing is null, as it was. */
export function leaveOutFailed({ data, failures }: FetchOutcome, hasEntities: boolean): void {
  if (data === null) return;
  for (const { target, path } of failures) leaveOut(hasEntities ? entityAt(data, target) : data, path);
}

function entityAt({ _entities: entities }: JsonObject, index: number): unknown {
  return Array.isArray(entities) ? entities[index] : undefined;
}

/** The first null on the way to the failure, for which it has spread. */
function leaveOut(object: unknown, path: Path): void {
  let value = object;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return;
    // Reason for the cast: a list is read by its indexes like an object by its keys.
    const holder = value as Data;
    value = getOwn(holder, String(part));
    if (value !== null) continue;
    if (Array.isArray(holder)) holder[Number(part)] = undefined;
    else Reflect.deleteProperty(holder, part);
    return;
  }
}
