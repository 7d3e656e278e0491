/**
 * A rule says who may see a field. It is written with graphql-shield's own `rule` and `or`, and declares whether
 * the principal alone decides it (so that it can be decided before anything is fetched) or the object is needed.
 * A rule answers true or false; one that throws is a fault of ours, never a denial and never a permission.
 */

import { or, rule as shieldRule } from './graphql-shield.ts';

import type { GraphQLError } from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import { knownErrorOf } from './fault.ts';

/** What shield takes in its tree; its package does not export the type. */
export type ShieldRule = ReturnType<ReturnType<typeof shieldRule>> | ReturnType<typeof or>;

export interface Rule {
  readonly name: string;
  /** One sentence for the reviewer. */
  readonly says: string;
  readonly needs: 'principal' | 'object';
  readonly shield: ShieldRule;
}

/** The part of the request's context that rules read. */
export interface RuleContext {
  readonly principal: Principal;
}

type ObjectTest = (
  principal: Principal,
  parent: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
) => boolean;

/** Decidable from the principal alone. */
export function principalRule(name: string, says: string, mayAsk: (principal: Principal) => boolean): Rule {
  return { name, says, needs: 'principal', shield: shieldOf(name, mayAsk) };
}

/** Needs the object whose field is asked for, or the field's arguments. */
export function objectRule(name: string, says: string, mayAsk: ObjectTest): Rule {
  return { name, says, needs: 'object', shield: shieldOf(name, mayAsk) };
}

/** Holds where any of the rules holds. */
export function anyOf(name: string, says: string, ...rules: readonly Rule[]): Rule {
  const needs = rules.some((rule) => rule.needs === 'object') ? 'object' : 'principal';
  return { name, says, needs, shield: or(...rules.map((rule) => rule.shield)) };
}

type Values = Readonly<Record<string, unknown>>;

function shieldOf(name: string, mayAsk: ObjectTest): ShieldRule {
  // Reason for the any: shield types parent and arguments so; the kit alone makes the context.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const judge = (parent: any, given: any, context: RuleContext): boolean | GraphQLError => {
    try {
      // Reason for the cast: a parent is null for root fields and a row for all others.
      const object = (parent ?? {}) as Values;
      // Reason for the cast: GraphQL gives arguments as an object.
      const args = (given ?? {}) as Values;
      return mayAsk(context.principal, object, args);
    } catch (thrown) {
      return knownErrorOf(thrown);
    }
  };
  // No cache: shield's caches give one object's verdict to another, or cost more than the rule.
  return shieldRule(name, { cache: 'no_cache' })(judge);
}
