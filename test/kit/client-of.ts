/**
 * A client of the gateway for one subgraph, without a gateway around it. Asks once and never gives up on a subgraph,
 * unless the test says otherwise.
 */

import { optionsSchema } from '../../gateway/config/options.ts';
import type { SubgraphSettings } from '../../gateway/config/subgraph-options.ts';
import { SYSTEM_CLOCK } from '../../gateway/resilience/clock.ts';
import { SubgraphPolicy } from '../../gateway/resilience/subgraph-policy.ts';
import { SubgraphClient } from '../../gateway/upstream/subgraph-client.ts';
import type { ServedSubgraph } from './fake-subgraph.ts';

const { defaults } = optionsSchema.parse({ supergraph: { file: 'unused' } }).subgraphs;

export function clientOf(
  { name, url }: Pick<ServedSubgraph, 'name' | 'url'>,
  settings: Partial<SubgraphSettings> = {},
): SubgraphClient {
  const whole: SubgraphSettings = {
    ...defaults,
    retries: { ...defaults.retries, max: 0 },
    circuitBreaker: { ...defaults.circuitBreaker, enabled: false },
    ...settings,
  };
  const policy = new SubgraphPolicy(whole, {
    clock: SYSTEM_CLOCK,
    random: Math.random,
    onCircuitChange: () => undefined,
  });
  return new SubgraphClient({ name, url, ...whole }, policy, undefined);
}
