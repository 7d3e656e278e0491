/**
 * A rule says who may see a field. It is written with graphql-shield's own `rule` and `or`, and declares whether
 * the principal alone decides it (so that it can be decided before anything is fetched) or the object is needed.
 * A rule answers true or false; one that throws is a fault of ours, never a denial and never a permission.
 */

import { or, rule as shieldRule } from './graphql-shield.ts';

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

function shieldOf(name: string, mayAsk: ObjectTest): ShieldRule {
  // No cache: shield's caches give one object's verdict to another, or cost more than the rule.
  return shieldRule(name, { cache: 'no_cache' })((parent, given, context) => {
    try {
      // Reason for the casts: shield types all three as any or unknown; the kit alone makes the context.
      const { principal } = context as RuleContext;
      return mayAsk(
        principal,
        (parent ?? {}) as Record<string, unknown>,
        (given ?? {}) as Record<string, unknown>,
      );
    } catch (thrown) {
      return knownErrorOf(thrown);
    }
  });
}
