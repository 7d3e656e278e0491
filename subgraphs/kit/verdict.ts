/**
 * What becomes of asking a rule: it allows, it denies, it fails, it cannot say yet, or it is still loading. Joins the
 * outcomes of several rules as graphql-shield's `or` and `and` do.
 */

import type { GraphQLError } from 'graphql';

import { knownErrorOf } from './fault.ts';

/** True allows, false denies; an error denies too, and is what the client is told. */
export type Verdict = boolean | GraphQLError;

/** What decides it is not there yet: the arguments, or the object. */
export const UNDECIDED = Symbol('undecided');

export type SettledOutcome = Verdict | typeof UNDECIDED;
export type Outcome = SettledOutcome | Promise<SettledOutcome>;

/** Reads the answer of a rule's function as shield does: only `true` allows, and errors and strings are errors. */
export function verdictOf(answer: unknown): Verdict {
  if (answer === true) return true;
  if (answer instanceof Error) return knownErrorOf(answer);
  return typeof answer === 'string' ? knownErrorOf(new Error(answer)) : false;
}

/** Of several errors the first is told. What may still turn out otherwise is undecided. */
export function joinOutcomes(kind: 'any' | 'all', outcomes: readonly Outcome[]): Outcome {
  if (kind === 'any' && outcomes.includes(true)) return true;
  return outcomes.some((outcome) => outcome instanceof Promise)
    ? settle(outcomes).then((settled) => joinSettled(kind, settled))
    : // Reason for the cast: none of them is a promise.
      joinSettled(kind, outcomes as readonly SettledOutcome[]);
}

export function settle(outcomes: readonly Outcome[]): Promise<readonly SettledOutcome[]> {
  return Promise.all(outcomes.map(async (outcome) => outcome));
}

function joinSettled(kind: 'any' | 'all', outcomes: readonly SettledOutcome[]): SettledOutcome {
  const holds = kind === 'any' ? outcomes.includes(true) : outcomes.every((outcome) => outcome === true);
  if (holds) return true;
  if (outcomes.includes(UNDECIDED)) return UNDECIDED;
  return outcomes.find((outcome): outcome is GraphQLError => outcome instanceof Error) ?? false;
}
