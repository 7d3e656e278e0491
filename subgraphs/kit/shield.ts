/**
 * Makes graphql-shield enforce a `permissions.ts`: one rule for every field, deny for whatever has none, and
 * nothing of an error hidden or leaked. It closes the traps of shield that `schema/decisions/0003` lists.
 */

import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { allow, applyMiddleware, deny, shield } from './graphql-shield.ts';

import { knownErrorOf } from './fault.ts';
import { KnownError } from './known-error.ts';
import { checkPermissions, type Permissions } from './permissions.ts';
import type { ShieldRule } from './rule.ts';

/** Gives a new schema that is guarded; the one passed in stays as it was and must not be served. */
export function guardSchema(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  checkPermissions(schema, permissions);
  const tree: Record<string, Record<string, ShieldRule | typeof allow>> = {};
  for (const [type, fields] of Object.entries(permissions)) {
    tree[type] = Object.fromEntries(Object.entries(fields).map(([field, [rule]]) => [field, rule.shield]));
  }
  // Only the gateway can come this far, and what entities give is guarded field by field.
  tree['Query'] = { ...tree['Query'], _service: allow, _entities: allow };
  tree['_Service'] = { sdl: allow };
  const guard = shield(tree, {
    fallbackRule: deny,
    // Shield hands over what a resolver threw, or null for a denial.
    fallbackError: (thrown: unknown, ...[, , , info]: [unknown, unknown, unknown, GraphQLResolveInfo]) =>
      thrown == null ? denialOf(permissions, info) : knownErrorOf(thrown),
  });
  return applyMiddleware(schema, guard);
}

function denialOf(permissions: Permissions, { parentType, fieldName }: GraphQLResolveInfo): KnownError {
  const [rule, why] = permissions[parentType.name]?.[fieldName] ?? [];
  return new KnownError('FORBIDDEN', {
    reason: why ?? 'No rule opens this field.',
    details: { field: `${parentType.name}.${fieldName}`, rule: rule?.name ?? 'deny' },
  });
}
