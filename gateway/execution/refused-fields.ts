/**
 * Refused fields as errors: for each place, or for all items of a list at once, one error. Knows no engine.
 */

import { GraphQLError } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { Refusal } from '../access/refusal.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';

/** Where in the data a null stands for what is not asked. */
export interface RefusedPlace {
  /** In the names of the plan. */
  readonly path: Path;
  readonly refusals: readonly Refusal[];
}

/** A path to what may not be seen ends at the first list: a thousand items need no thousand errors. */
export function refusedFailures(
  places: readonly RefusedPlace[],
  nameOf: (plannedKey: string) => string,
): readonly FieldFailure[] {
  const failures = new Map<string, FieldFailure>();
  for (const { path, refusals } of places) {
    const named = path.map((part) => (typeof part === 'string' ? nameOf(part) : part));
    const list = named.findIndex((part) => typeof part === 'number');
    for (const refusal of refusals) {
      const isWhole = list < 0 || refusal.argument !== undefined;
      const whole = isWhole ? [...named, ...refusal.below] : named.slice(0, list);
      const name = pathName([refusal.field, ...whole]);
      if (!failures.has(name)) failures.set(name, { ...whyRefused(refusal), path: whole });
    }
  }
  return [...failures.values()];
}

/** Of an operation that is not run at all. */
export function wholeRefusal(refusal: Refusal): GraphQLError {
  const { code, facts } = whyRefused(refusal);
  const { says, status } = ERRORS[code];
  const extensions = { code, ...facts, http: { status } };
  return new GraphQLError(says, { path: refusal.below, extensions });
}

function whyRefused({ field, rule, subgraph, argument }: Refusal): Pick<FieldFailure, 'code' | 'facts'> {
  if (argument !== undefined) return { code: 'BAD_USER_INPUT', facts: { argument, reason: rule } };
  const blamed = subgraph === undefined ? {} : { subgraph };
  return { code: 'FORBIDDEN_FIELD', facts: { ...blamed, details: { field, rule } } };
}
