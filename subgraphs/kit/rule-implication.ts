/**
 * Whether everybody whom one rule lets in is let in by another too. Says yes only where it can show it: by how the
 * rules are put together, by asking both for every role, or because a rule declares it.
 */

import { ANONYMOUS, ROLES, scopesOfRoles, type Principal } from '../../schema/contract/principal.ts';
import { createJudge } from './judge.ts';
import { keepVerdicts } from './request-verdicts.ts';
import { needsOfTest, type Rule } from './rule.ts';
import { shapeOf, testsWithin } from './rule-shape.ts';

const PRINCIPALS: readonly Principal[] = [
  ANONYMOUS,
  ...Object.keys(ROLES).map((role) => ({ subject: role, roles: [role], scopes: scopesOfRoles([role]) })),
];

export function impliesRule(rule: Rule, other: Rule): boolean {
  return declares(rule, other) || implies({ rule, part: rule.shield }, { rule: other, part: other.shield });
}

function declares(rule: Rule, other: Rule, seen = new Set<Rule>()): boolean {
  if (rule === other || rule.shield === other.shield) return true;
  if (seen.has(rule)) return false;
  seen.add(rule);
  return rule.implies?.some((implied) => declares(implied, other, seen)) ?? false;
}

/** A part of a rule, in shield's own terms. */
interface Part {
  readonly rule: Rule;
  readonly part: unknown;
}

function implies(from: Part, to: Part): boolean {
  if (from.part === to.part) return true;
  const [given, wanted] = [shapeOf(from.part), shapeOf(to.part)];
  if (wanted.kind === 'constant' && wanted.allows) return true;
  if (given.kind === 'constant' && !given.allows) return true;
  if (isPrincipalOnly(from) && isPrincipalOnly(to)) return impliesForEveryRole(from, to);
  if (given.kind === 'any') return given.parts.every((part) => implies({ ...from, part }, to));
  if (wanted.kind === 'all') return wanted.parts.every((part) => implies(from, { ...to, part }));
  const isWithin = given.kind === 'all' && given.parts.some((part) => implies({ ...from, part }, to));
  return isWithin || (wanted.kind === 'any' && wanted.parts.some((part) => implies(from, { ...to, part })));
}

function isPrincipalOnly({ rule, part }: Part): boolean {
  return testsWithin(part).every((test) => needsOfTest(test, rule) === 'principal');
}

function impliesForEveryRole(from: Part, to: Part): boolean {
  return PRINCIPALS.every((principal) => !mayAsk(from, principal) || mayAsk(to, principal));
}

/** A rule that has to load, or that throws, has not let anybody in. */
function mayAsk({ rule, part }: Part, principal: Principal): boolean {
  const context = { principal };
  // Reason for the cast: a part of a rule of shield is one.
  const asked: Rule = { ...rule, shield: part as Rule['shield'] };
  const compiled = createJudge(() => undefined)(asked);
  const request = keepVerdicts()(context, context);
  return compiled.ask(request, { context, parent: undefined, given: undefined, has: 'principal' }) === true;
}
