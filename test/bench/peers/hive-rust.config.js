/**
 * Hive Gateway with its Rust planner, for the benchmark; the rest is as with its JavaScript executor.
 */

import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

import { gatewayConfig as common } from './hive-js.config.js';

export const gatewayConfig = { ...common, unifiedGraphHandler };
