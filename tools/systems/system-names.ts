/**
 * The systems of the reference company, in the order of `schema/ownership.ts`, and what there is of each.
 */

import { isSystemName, OWNERSHIP, type SystemName } from '../../schema/ownership.ts';

export const SYSTEM_NAMES = Object.keys(OWNERSHIP).filter(isSystemName);

/** `values` are in the order of the systems, one for each. */
export function bySystem<Value>(values: readonly Value[]): Readonly<Record<SystemName, Value>> {
  if (values.length !== SYSTEM_NAMES.length)
    throw new Error(`There are ${SYSTEM_NAMES.length} systems, and ${values.length} values for them.`);
  // Reason for the cast: fromEntries forgets the names, and every system is among them.
  return Object.fromEntries(SYSTEM_NAMES.map((system, index) => [system, values[index]])) as Record<
    SystemName,
    Value
  >;
}
