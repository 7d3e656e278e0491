/**
 * A plan as text for people: which subgraph is asked what, in which order, by which keys.
 */

import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';

/** Ends without a line break. */
export function printPlan(plan: QueryPlan): string {
  return prettyFormatQueryPlan(plan);
}
