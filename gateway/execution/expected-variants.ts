/**
 * For which choices an operation will probably be asked, before anybody has asked it. Knows no plan.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { Choosing, OperationTraits } from './operation-cache.ts';
import type { Variant } from './prepared-operations.ts';

/** Two conditions have four cases; of more, only that none holds and that all do. */
const MOST_COMBINED = 2;

/** For somebody who may see everything, and for each of the principals; the first is whoever may see everything. */
export function expectedVariants(
  { labels, conditions, demands }: OperationTraits,
  principals: readonly Principal[],
  { decide, unmetBy }: Choosing,
): readonly Variant[] {
  const overrides = decide({}, labels);
  const unmet = [[], ...principals.map((principal) => unmetBy(principal, demands))];
  const distinct = new Map(unmet.map((each) => [each.toSorted().join('\n'), each]));
  return [...distinct.values()].flatMap((each) =>
    casesOf(conditions).map((variables): Variant => ({ overrides, unmet: each, variables })),
  );
}

function casesOf(conditions: readonly string[]): readonly JsonObject[] {
  if (conditions.length > MOST_COMBINED)
    return [false, true].map((value) => Object.fromEntries(conditions.map((name) => [name, value])));
  return conditions.reduce<readonly JsonObject[]>(
    (cases, name) => cases.flatMap((each) => [false, true].map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}
