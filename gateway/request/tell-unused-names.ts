/**
 * Says in the log which names of the options the supergraph does not have: slips of the pen, or names that come with the
 * next supergraph. Refuses nothing.
 */

import type { Config } from '../config/options.ts';
import { overrideLabels } from '../planning/override-labels.ts';
import type { Supergraph } from '../supergraph/read-supergraph.ts';
import type { Logger } from '../telemetry/create-logger.ts';

export function tellUnusedNames(
  config: Config,
  given: Pick<Supergraph, 'document'> & { readonly policies: ReadonlySet<string> },
  log: Logger,
): void {
  const { overrideLabels: labels } = config.supergraph;
  const known = labels.length === 0 ? [] : overrideLabels(given.document).all;
  const unknownLabels = labels.filter((label) => !known.includes(label));
  if (unknownLabels.length > 0)
    log.warn({ labels: unknownLabels }, 'supergraph.overrideLabels has labels that the supergraph has not');
  const policies = Object.keys(config.access.policies).filter((name) => !given.policies.has(name));
  if (policies.length > 0)
    log.warn({ policies }, 'access.policies has policies that the supergraph does not ask for');
}
