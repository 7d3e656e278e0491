/**
 * One policy for each subgraph, by its name, for as long as the process lives: a new supergraph closes no circuit and
 * forgets no budget. Knows no client and no supergraph.
 */

import type { Config } from '../config/options.ts';
import { subgraphSettings } from '../config/subgraph-settings.ts';
import type { CircuitState } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import { SubgraphPolicy } from './subgraph-policy.ts';

export interface PoliciesSources {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onCircuitChange: (subgraph: string, state: CircuitState, was: CircuitState) => void;
}

export interface SubgraphPolicies {
  /** Made when it is first asked for. */
  readonly of: (subgraph: string) => SubgraphPolicy;
  readonly circuits: () => Readonly<Record<string, CircuitState>>;
  readonly all: () => ReadonlyMap<string, SubgraphPolicy>;
}

export function createSubgraphPolicies(
  subgraphs: Config['subgraphs'],
  { clock, random, onCircuitChange }: PoliciesSources,
): SubgraphPolicies {
  const policies = new Map<string, SubgraphPolicy>();
  return {
    circuits: () => Object.fromEntries([...policies].map(([name, { breaker }]) => [name, breaker.state])),
    all: () => policies,
    of(subgraph) {
      const known = policies.get(subgraph);
      if (known !== undefined) return known;
      const policy = new SubgraphPolicy(subgraphSettings(subgraph, subgraphs), {
        clock,
        random,
        onCircuitChange: (state, was) => onCircuitChange(subgraph, state, was),
      });
      policies.set(subgraph, policy);
      return policy;
    },
  };
}
