/**
 * The named rules that all systems share. A `permissions.ts` gives every field one of them and says why; a new rule
 * is added here only when none of these says what is meant.
 */

import type { Principal, Scope } from '../../schema/contract/principal.ts';
import { anyOf, argumentsRule, demandRule, mayUse, objectRule, openRule, type Rule } from './rule.ts';

/** Everybody, signed in or not. */
export const anyone = openRule('anyone', 'Everybody may see this.');

/** Everybody who has a token. */
export const signedIn = demandRule('signed in', 'Whoever is signed in may see this.', { kind: 'signed in' });

/** Shield wants each rule to be one object, however many fields have it. */
function oncePerScope(makeRule: (scope: Scope) => Rule): (scope: Scope) => Rule {
  const made = new Map<Scope, Rule>();
  return (scope) => {
    const rule = made.get(scope) ?? makeRule(scope);
    made.set(scope, rule);
    return rule;
  };
}

/** Everybody who holds the scope. */
export const holds = oncePerScope((scope) =>
  demandRule(`holds ${scope}`, `Whoever holds ${scope} may see this.`, {
    kind: 'scopes',
    anyOf: [[scope]],
  }),
);

/** The customer whose record this is. Reads `id` of the object. */
const isThisCustomer = objectRule(
  'is this customer',
  'A customer may see their own record.',
  (principal, parent) => isOwn(principal, parent['id']),
);

/** The customer to whom this belongs. Reads `customerId` of the object. */
const isOwnersCustomer = objectRule(
  'belongs to this customer',
  'A customer may see what belongs to them.',
  (principal, parent) => isOwn(principal, parent['customerId']),
);

/** The customer who is named in the arguments, by `id`, `customerId` or `input.customerId`. */
const namesOwnCustomer = argumentsRule(
  'names this customer',
  'A customer may act for themselves.',
  (principal, given) => isOwn(principal, customerNamedIn(given), 'self:order'),
);

/** On fields of Customer: whoever holds the scope, and the customer themselves. */
export const holdsOrIsCustomer = oncePerScope((scope) =>
  anyOf(
    `holds ${scope} or is this customer`,
    `Whoever holds ${scope}, and the customer themselves.`,
    holds(scope),
    isThisCustomer,
  ),
);

/** On fields of what belongs to a customer (its rows have `customerId`). */
export const holdsOrOwns = oncePerScope((scope) =>
  anyOf(
    `holds ${scope} or owns it`,
    `Whoever holds ${scope}, and the customer to whom it belongs.`,
    holds(scope),
    isOwnersCustomer,
  ),
);

/** On root fields that find things of a customer: others' are not found, rather than refused. */
export const holdsOrSeesOwn = oncePerScope((scope) =>
  demandRule(
    `holds ${scope} or sees their own`,
    `Whoever holds ${scope}; customers find only what is theirs.`,
    {
      kind: 'scopes',
      anyOf: [[scope], ['self:read']],
    },
  ),
);

/** On mutations that name a customer. */
export const holdsOrActsForSelf = oncePerScope((scope) =>
  anyOf(
    `holds ${scope} or acts for themselves`,
    `Whoever holds ${scope}, and customers for themselves.`,
    holds(scope),
    namesOwnCustomer,
  ),
);

/** On mutations that name a thing of a customer by its id: the resolver asks `mayActOn`, others' are not found. */
export const holdsOrActsOnOwn = oncePerScope((scope) =>
  demandRule(
    `holds ${scope} or acts on their own`,
    `Whoever holds ${scope}; customers change only what is theirs.`,
    { kind: 'scopes', anyOf: [[scope], ['self:order']] },
  ),
);

/** Whether the principal may change this thing of a customer; for fields with the rule `holdsOrActsOnOwn`. */
export function mayActOn(
  principal: Principal,
  scope: Scope,
  row: { readonly customerId: string } | null | undefined,
): boolean {
  return row != null && (mayUse(principal, scope) || isOwn(principal, row.customerId, 'self:order'));
}

/** What root fields by id and references give back: rows that the principal may not know of are as if not there. */
export function isVisible(
  principal: Principal,
  scope: Scope,
  row: { readonly customerId: string } | null | undefined,
): boolean {
  return row != null && (mayUse(principal, scope) || isOwn(principal, row.customerId));
}

/** What subscriptions hear of: changes of what belongs to others are as if there were none. */
export function mayHearOf(principal: Principal, scope: Scope, customerId: string | undefined): boolean {
  return mayUse(principal, scope) || isOwn(principal, customerId);
}

function isOwn(principal: Principal, customerId: unknown, scope: Scope = 'self:read'): boolean {
  return (
    principal.customerId !== undefined && principal.customerId === customerId && mayUse(principal, scope)
  );
}

function customerNamedIn(given: Readonly<Record<string, unknown>>): unknown {
  const { input } = given;
  return typeof input === 'object' && input !== null && 'customerId' in input
    ? input.customerId
    : given['customerId'];
}
