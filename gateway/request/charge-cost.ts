/**
 * Charges what an operation is estimated to cost, once, before anything of it is fetched. Knows neither quotas nor how
 * the cost came about.
 */

import type { RequestContext } from './request-context.ts';

/**
 * Undefined where nothing has to be waited for; throws or rejects as the payer does. However many ways an operation
 * takes, it is charged on the first.
 */
export function chargeCost({ payer, outcome }: RequestContext): Promise<void> | undefined {
  if (payer === undefined || outcome.isCharged || outcome.cost === undefined) return undefined;
  outcome.isCharged = true;
  return payer.chargeCost(outcome.cost);
}
