/**
 * Refused fields as errors: for each place, or for all items of a list at once, one error. Knows no engine.
 */

import { GraphQLError } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { Refusal } from '../access/refusal.ts';
import type { ErrorFacts } from '../base/gateway-error.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';

/** Where in the data a null stands for what may not be seen. */
export interface RefusedPlace {
  /** In the names of the plan. */
  readonly path: Path;
  readonly refusals: readonly Refusal[];
}

const CODE = 'FORBIDDEN_FIELD';

/** A path ends at the first list: a thousand items need no thousand errors. */
export function refusedFailures(
  places: readonly RefusedPlace[],
  nameOf: (plannedKey: string) => string,
): readonly FieldFailure[] {
  const failures = new Map<string, FieldFailure>();
  for (const { path, refusals } of places) {
    const list = path.findIndex((part) => typeof part === 'number');
    const place = path
      .slice(0, list < 0 ? path.length : list)
      .map((part) => (typeof part === 'string' ? nameOf(part) : part));
    for (const refusal of refusals) {
      const whole = list < 0 ? [...place, ...refusal.below] : place;
      const name = pathName([refusal.field, ...whole]);
      if (!failures.has(name)) failures.set(name, { code: CODE, facts: factsOf(refusal), path: whole });
    }
  }
  return [...failures.values()];
}

/** Of an operation that is not run at all. */
export function wholeRefusal(refusal: Refusal): GraphQLError {
  const { says, status } = ERRORS[CODE];
  const extensions = { code: CODE, ...factsOf(refusal), http: { status } };
  return new GraphQLError(says, { path: refusal.below, extensions });
}

function factsOf({ field, rule, subgraph }: Refusal): ErrorFacts {
  return { ...(subgraph === undefined ? {} : { subgraph }), details: { field, rule } };
}
