/**
 * What a principal must have to see a field, in the terms of Apollo's three directives, and whether somebody has it.
 * Knows no schema.
 */

import { isSignedIn, type Principal } from '../../schema/contract/principal.ts';

/** Of `anyOf` one list must be had whole: an OR of ANDs. */
export type Demand =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] };

/** The scopes that answer a policy, by its name; one that is not in it is answered for nobody. */
export type Policies = Readonly<Record<string, readonly string[]>>;

/** Names the demand; the same in every supergraph, however its lists are ordered. */
export function demandKey(demand: Demand): string {
  return demand.kind === 'authenticated' ? demand.kind : JSON.stringify([demand.kind, normal(demand.anyOf)]);
}

/** For whoever is refused: `holds a, or holds b and c`. */
export function demandWords(demand: Demand): string {
  if (demand.kind === 'authenticated') return 'signed in';
  const verb = demand.kind === 'scopes' ? 'holds' : 'meets the policy';
  const ways = demand.anyOf.map((all) => (all.length === 0 ? 'anyone' : `${verb} ${all.join(' and ')}`));
  return ways.length === 0 ? 'nobody' : ways.join(', or ');
}

export function meetsDemand(principal: Principal, demand: Demand, policies: Policies): boolean {
  switch (demand.kind) {
    case 'authenticated':
      return isSignedIn(principal);
    case 'scopes':
      return demand.anyOf.some((all) => holdsAll(principal, all));
    case 'policies':
      return demand.anyOf.some((all) => all.every((name) => meetsPolicy(principal, policies, name)));
  }
}

function meetsPolicy(principal: Principal, policies: Policies, name: string): boolean {
  const scopes = Object.hasOwn(policies, name) ? policies[name] : undefined;
  return scopes !== undefined && isSignedIn(principal) && holdsAll(principal, scopes);
}

function holdsAll({ scopes: held }: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => held.includes(scope));
}

function normal(anyOf: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(anyOf.map((all) => [...new Set(all)].sort().join(' ')))].sort();
}
