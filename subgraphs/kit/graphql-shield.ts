/**
 * graphql-shield, loaded in the one way that works: its ES module imports `isUndefined` of node's `util`, which
 * node 23 removed, so the file does not load at all. Its CommonJS build does; only `chain` and `race` call the
 * missing function. Knows no rule of ours.
 */

import { createRequire } from 'node:module';

import type * as GraphqlShield from 'graphql-shield';

const require = createRequire(import.meta.url);

// Reason for the cast: the CommonJS build has the types of the package.
export const { allow, and, chain, deny, not, or, race, rule, shield } =
  // Reason for the cast: as above.
  require('graphql-shield') as typeof GraphqlShield;

/** What shield takes in its tree; its package does not export the type. */
export type ShieldRule =
  | ReturnType<ReturnType<typeof rule>>
  | ReturnType<typeof or>
  | ReturnType<typeof and>
  | ReturnType<typeof not>
  | ReturnType<typeof chain>
  | ReturnType<typeof race>
  | typeof allow
  | typeof deny;
