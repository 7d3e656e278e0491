/**
 * A rule says who may see a field. It is written with graphql-shield's own `rule`, `and` and `or`, and declares what
 * decides it: the principal alone (then it is judged once in a request), the field's arguments, or the object (then
 * once for each). One that throws is a fault of ours, never a denial and never a permission.
 */

import type { GraphQLError } from 'graphql';

import { isSignedIn, type Principal, type Scope } from '../../schema/contract/principal.ts';
import { knownErrorOf } from './fault.ts';
import { allow, and, or, rule as shieldRule, type ShieldRule } from './graphql-shield.ts';

/** From the least to the most: what needs the object may read the arguments of nothing but its own test. */
export const NEEDS = ['principal', 'arguments', 'object'] as const;
export type Needs = (typeof NEEDS)[number];

/** What a principal must have: to be signed in, or all scopes of one of the lists. */
export type Demand =
  { readonly kind: 'signed in' } | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly Scope[])[] };

export interface Rule {
  readonly name: string;
  /** One sentence for the reviewer. */
  readonly says: string;
  readonly needs: Needs;
  readonly shield: ShieldRule;
  /** Rules that hold wherever this one holds, where that cannot be seen from how they are put together. */
  readonly implies?: readonly Rule[];
}

/** The part of the request's context that rules read, and by which a report names the request. */
export interface RuleContext {
  readonly principal: Principal;
  readonly requestId?: string;
}

type Values = Readonly<Record<string, unknown>>;
type PrincipalTest = (principal: Principal) => boolean;
/** A test that has to load asks the context's loaders, so that all objects of a list are loaded together. */
type ObjectTest = (principal: Principal, object: Values, context: RuleContext) => boolean | Promise<boolean>;
type ArgumentTest = (principal: Principal, given: Values) => boolean;

const declaredNeeds = new WeakMap<object, Needs>();
/** By the test that was made from it, so that a rule with another test does not keep it. */
const demands = new WeakMap<object, Demand>();

/** Holds for everybody, so its fields need no guard at all. */
export function openRule(name: string, says: string): Rule {
  return { name, says, needs: 'principal', shield: allow };
}

/** Decidable from the principal alone. */
export function principalRule(name: string, says: string, mayAsk: PrincipalTest): Rule {
  return ruleOf({ name, says, needs: 'principal' }, (_parent, _given, { principal }) => mayAsk(principal));
}

/** Needs nothing but the demand, from which its test is made: so the two cannot differ. */
export function demandRule(name: string, says: string, demand: Demand): Rule {
  const rule = principalRule(name, says, (principal) => meets(principal, demand));
  demands.set(rule.shield, demand);
  return rule;
}

/** What says all of the rule, where the principal alone decides it: by that the gateway can refuse before it asks. */
export function demandOf({ shield }: Rule): Demand | undefined {
  return demands.get(shield);
}

function meets(principal: Principal, demand: Demand): boolean {
  if (demand.kind === 'signed in') return isSignedIn(principal);
  return demand.anyOf.some((scopes) => scopes.every((scope) => mayUse(principal, scope)));
}

/** Scopes that are no list are no scopes: a text would hold every scope whose name stands somewhere in it. */
export function mayUse({ scopes }: Principal, scope: Scope): boolean {
  return Array.isArray(scopes) && scopes.includes(scope);
}

/** Needs the field's arguments, and no object. */
export function argumentsRule(name: string, says: string, mayAsk: ArgumentTest): Rule {
  return ruleOf({ name, says, needs: 'arguments' }, (_parent, given, { principal }) =>
    mayAsk(principal, given),
  );
}

/** Needs the object whose field is asked for; all fields of an object share the verdict, so it gets no arguments. */
export function objectRule(name: string, says: string, mayAsk: ObjectTest): Rule {
  return ruleOf({ name, says, needs: 'object' }, (parent, _given, context) =>
    mayAsk(context.principal, parent, context),
  );
}

/** Holds where any of the rules holds. */
export function anyOf(name: string, says: string, ...rules: readonly Rule[]): Rule {
  return { name, says, needs: mostNeeded(rules), shield: or(...rules.map((rule) => rule.shield)) };
}

/** Holds where all of the rules hold. */
export function allOf(name: string, says: string, ...rules: readonly Rule[]): Rule {
  return { name, says, needs: mostNeeded(rules), shield: and(...rules.map((rule) => rule.shield)) };
}

/** What a test within the rule needs; one that shield's own `rule` made needs what the whole rule declares. */
export function needsOfTest(test: object, rule: Rule): Needs {
  return declaredNeeds.get(test) ?? rule.needs;
}

function mostNeeded(rules: readonly Rule[]): Needs {
  return NEEDS[Math.max(...rules.map(({ needs }) => NEEDS.indexOf(needs)))] ?? 'object';
}

type Judge = (parent: Values, given: Values, context: RuleContext) => boolean | Promise<boolean>;

function ruleOf(declared: Pick<Rule, 'name' | 'says' | 'needs'>, judge: Judge): Rule {
  // Reason for the any: shield types parent and arguments so; the kit alone makes the context.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const test = (parent: any, given: any, context: RuleContext): Answer | Promise<Answer> => {
    try {
      // Reason for the cast: a parent is null for root fields and a row for all others.
      const object = (parent ?? {}) as Values;
      // Reason for the cast: GraphQL gives arguments as an object.
      const answer = judge(object, (given ?? {}) as Values, context);
      return typeof answer === 'boolean' ? answer : answer.catch(knownErrorOf);
    } catch (thrown) {
      return knownErrorOf(thrown);
    }
  };
  // No cache: shield's caches give one object's verdict to another, or cost more than the rule.
  const shield = shieldRule(declared.name, { cache: 'no_cache' })(test);
  declaredNeeds.set(shield, declared.needs);
  return { ...declared, shield };
}

type Answer = boolean | GraphQLError;
