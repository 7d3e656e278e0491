/**
 * Which rules let somebody in on the promise that the field finds only what is theirs: the rule cannot see whose it is,
 * so the resolver has to. The access matrix holds resolvers to it.
 */

import { SCOPES, type Principal, type Scope } from '../../schema/contract/principal.ts';
import type { Rule } from './rule.ts';
import { holdsOrActsOnOwn, holdsOrSeesOwn } from './rules.ts';

// Reason for the cast: Object.keys forgets the names.
const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

/** Whether what belongs to others must be answered to this principal as what does not exist. */
export function limitsToOwn(rule: Rule, { scopes }: Principal): boolean {
  return ALL_SCOPES.some(
    (scope) => [holdsOrSeesOwn(scope), holdsOrActsOnOwn(scope)].includes(rule) && !scopes.includes(scope),
  );
}
