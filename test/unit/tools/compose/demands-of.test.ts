/**
 * What a subgraph's permissions say of the principal alone stands in the supergraph, and nothing else of them.
 */

import { connectionPermissions, type Permissions } from '../../../../subgraphs/kit/permissions.ts';
import {
  anyone,
  holds,
  holdsOrActsOnOwn,
  holdsOrIsCustomer,
  holdsOrSeesOwn,
  signedIn,
} from '../../../../subgraphs/kit/rules.ts';
import { composeSupergraph } from '../../../../gateway/supergraph/composition/compose-supergraph.ts';
import { demandsOf } from '../../../../tools/compose/demands-of.ts';

const permissions: Permissions = {
  owner: 'finance',
  fields: {
    Query: { debts: [holds('credit:read'), 'why'], mine: [holdsOrSeesOwn('credit:read'), 'why'] },
    Mutation: { forgive: [holdsOrActsOnOwn('credit:write'), 'why'] },
    Debt: {
      open: [anyone, 'why'],
      seen: [signedIn, 'why'],
      sum: [holdsOrIsCustomer('credit:read'), 'why'],
    },
    ...connectionPermissions('Debt'),
  },
};

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { debts: Debt  mine: Debt }
type Mutation { forgive: Debt }
type Debt @key(fields: "open") { open: Int  seen: Int  sum: Int }`;

test('scopes and being signed in become directives, and all else is left to the subgraph', () => {
  const outcome = composeSupergraph(
    [{ name: 'money', file: 'money.graphql', sdl: SDL, url: '', demands: demandsOf(permissions) }],
    ['money'],
  );
  if (outcome.kind === 'refused') throw new Error(outcome.problems.map(({ says }) => says).join('\n'));
  expect(outcome.supergraph).toContain(`{
  open: Int
  seen: Int @authenticated
  sum: Int
}`);
  expect(outcome.supergraph).toContain(`{
  debts: Debt @requiresScopes(scopes: [["credit:read"]])
  mine: Debt @requiresScopes(scopes: [["credit:read"], ["self:read"]])
}`);
  expect(outcome.supergraph).toContain(`{
  forgive: Debt @requiresScopes(scopes: [["credit:write"], ["self:order"]])
}`);
});
