/**
 * graphql-shield, loaded in the one way that works: its ES module imports `isUndefined` of node's `util`, which
 * node 23 removed, so the file does not load at all. Its CommonJS build does; only `chain` and `race` call the
 * missing function, and they are left out here. graphql-middleware comes the same way, because shield's own copy
 * and the one that applies it must be one.
 */

import { createRequire } from 'node:module';

import type * as GraphqlMiddleware from 'graphql-middleware';
import type * as GraphqlShield from 'graphql-shield';

const require = createRequire(import.meta.url);

// Reason for the cast: the CommonJS build has the types of the package.
export const { allow, deny, or, rule, shield } = require('graphql-shield') as typeof GraphqlShield;
// Reason for the cast: as above.
export const { applyMiddleware } = require('graphql-middleware') as typeof GraphqlMiddleware;
