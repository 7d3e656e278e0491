/**
 * Asks the rule of one field: the principal's part once in a request, the rest for each object. On the hot path of
 * every guarded field, so it looks up before it builds anything. Knows no schema and no resolver.
 */

import type { GraphQLResolveInfo } from 'graphql';

import type { CompiledRule } from './judge.ts';
import type { FindVerdicts, RequestVerdicts } from './request-verdicts.ts';
import type { RuleContext } from './rule.ts';
import { UNDECIDED, type Outcome, type Verdict } from './verdict.ts';

export type Execution = Pick<GraphQLResolveInfo, 'variableValues'>;

export type AskField = (
  parent: unknown,
  given: unknown,
  context: RuleContext,
  info: Execution,
) => Verdict | Promise<Verdict>;

export function askerOf(rule: CompiledRule, find: FindVerdicts): AskField {
  const { slot } = rule;
  return (parent, given, context, info) => {
    const request = find(context, info.variableValues);
    const decided = request.byRule[slot] ?? askPrincipal(rule, request, context);
    if (decided === true) return true;
    const askObject = () => askAboutObject(rule, request, { parent, given, context });
    if (decided instanceof Promise)
      return decided.then((settled) => (settled === UNDECIDED ? askObject() : settled));
    return decided === UNDECIDED ? askObject() : decided;
  };
}

/** What the principal alone decides. */
export function askPrincipal(rule: CompiledRule, request: RequestVerdicts, context: RuleContext): Outcome {
  const { slot } = rule;
  const known = request.byRule[slot];
  if (known !== undefined) return known;
  const outcome = rule.ask(request, { context, parent: undefined, given: undefined, has: 'principal' });
  request.byRule[slot] =
    outcome instanceof Promise ? outcome.then((settled) => (request.byRule[slot] = settled)) : outcome;
  return outcome;
}

/** What the principal and the field's arguments decide. */
export function askArguments(
  rule: CompiledRule,
  request: RequestVerdicts,
  { given, context }: Pick<Subject, 'given' | 'context'>,
): Outcome {
  return rule.ask(request, { context, parent: undefined, given, has: 'arguments' });
}

interface Subject {
  readonly parent: unknown;
  readonly given: unknown;
  readonly context: RuleContext;
}

function askAboutObject(
  rule: CompiledRule,
  request: RequestVerdicts,
  { parent, given, context }: Subject,
): Verdict | Promise<Verdict> {
  const { slot, ignoresArguments } = rule;
  const last = request.lastObject[slot] === parent ? request.lastOutcome[slot] : undefined;
  const outcome = last ?? rule.ask(request, { context, parent, given, has: 'object' });
  if (ignoresArguments && last === undefined) {
    request.lastObject[slot] = parent;
    request.lastOutcome[slot] = outcome;
  }
  // Nothing is undecided once the object is there; were it, it would not be allowed.
  if (outcome instanceof Promise) return outcome.then((settled) => settled !== UNDECIDED && settled);
  return outcome !== UNDECIDED && outcome;
}
