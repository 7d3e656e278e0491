/**
 * The policies of all subgraphs as a running gateway has them: on the real clock, with a line in the log for every
 * circuit that changes. Knows no client.
 */

import type { Config } from '../config/options.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';
import { createSubgraphPolicies, type SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import type { Logger } from '../telemetry/create-logger.ts';

export function createPolicies(subgraphs: Config['subgraphs'], log: Logger): SubgraphPolicies {
  return createSubgraphPolicies(subgraphs, {
    clock: SYSTEM_CLOCK,
    random: Math.random,
    onCircuitChange(subgraph, state, was) {
      const level = state === 'open' ? 'error' : 'info';
      log[level]({ subgraph, state, was }, 'circuit changed');
    },
  });
}
