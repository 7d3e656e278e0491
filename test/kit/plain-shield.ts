/**
 * The same permissions, enforced by graphql-shield itself through graphql-middleware: what every verdict of the kit is
 * held against. Knows no system.
 */

import { createRequire } from 'node:module';

import type * as GraphqlMiddleware from 'graphql-middleware';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';

import { knownErrorOf } from '../../subgraphs/kit/fault.ts';
import { allow, deny, shield, type ShieldRule } from '../../subgraphs/kit/graphql-shield.ts';
import { KnownError } from '../../subgraphs/kit/known-error.ts';
import type { Permissions } from '../../subgraphs/kit/permissions.ts';

// Reason for the cast: the CommonJS build has the types of the package; shield's own copy and this one must be one.
const { applyMiddleware } = createRequire(import.meta.url)('graphql-middleware') as typeof GraphqlMiddleware;

/** Gives a new schema that plain graphql-shield guards. */
export function guardByPlainShield(schema: GraphQLSchema, { fields }: Permissions): GraphQLSchema {
  const tree: Record<string, Record<string, ShieldRule>> = Object.fromEntries(
    Object.entries(fields).map(([type, permissions]) => [
      type,
      Object.fromEntries(Object.entries(permissions).map(([field, [rule]]) => [field, rule.shield])),
    ]),
  );
  if (schema.getType('_Service') !== undefined) {
    tree['Query'] = { ...tree['Query'], _service: allow, _entities: allow };
    tree['_Service'] = { sdl: allow };
  }
  const denialOf = ({ parentType, fieldName }: GraphQLResolveInfo) => {
    const [rule, why = ''] = fields[parentType.name]?.[fieldName] ?? [];
    const details = { field: `${parentType.name}.${fieldName}`, rule: rule?.name };
    return new KnownError('FORBIDDEN', { reason: why, details });
  };
  const guard = shield(tree, {
    fallbackRule: deny,
    // Shield hands over what a resolver threw, or null for a denial.
    fallbackError: (thrown: unknown, ...[, , , info]: [unknown, unknown, unknown, GraphQLResolveInfo]) =>
      thrown == null ? denialOf(info) : knownErrorOf(thrown),
  });
  return applyMiddleware(schema, guard);
}
