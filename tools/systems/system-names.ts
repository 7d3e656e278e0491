/**
 * The systems of the reference company, in the order of `schema/ownership.ts`.
 */

import { isSystemName, OWNERSHIP } from '../../schema/ownership.ts';

export const SYSTEM_NAMES = Object.keys(OWNERSHIP).filter(isSystemName);
