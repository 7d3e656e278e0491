/**
 * The systems of the reference company, in the order of `schema/ownership.ts`.
 */

import { OWNERSHIP, type SystemName } from '../../schema/ownership.ts';

export const SYSTEM_NAMES = Object.keys(OWNERSHIP).filter(isSystemName);

export function isSystemName(name: string): name is SystemName {
  return Object.hasOwn(OWNERSHIP, name);
}
