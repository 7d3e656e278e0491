/**
 * The format of a `permissions.ts`: for every field of every object type one rule and one sentence saying why.
 * Checks that it is whole; `shield.ts` makes graphql-shield enforce it.
 */

import { isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

import { anyone } from './rules.ts';
import type { Rule } from './rule.ts';

/** A rule, and why this field has it. */
export type Permission = readonly [rule: Rule, why: string];

export type Permissions = Readonly<Record<string, Readonly<Record<string, Permission>>>>;

/** What Apollo's subgraph library adds and the kit opens on purpose: `verify-caller.ts` guards the whole endpoint. */
const FEDERATION_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Query: ['_service', '_entities'],
  _Service: ['sdl'],
};

/** The same permission for several fields of a type. */
export function eachOf<Name extends string>(
  fields: readonly Name[],
  permission: Permission,
): Record<Name, Permission> {
  // Reason for the cast: Object.fromEntries forgets the literal names.
  return Object.fromEntries(fields.map((field) => [field, permission])) as Record<Name, Permission>;
}

/** The rows for a connection and its edge: whoever may ask for the list may read its frame. */
export function connectionPermissions(node: string): Permissions {
  const frame: Permission = [anyone, 'The list is guarded where it is asked for, its nodes field by field.'];
  return {
    [`${node}Connection`]: eachOf(['edges', 'nodes', 'pageInfo', 'totalCount'], frame),
    [`${node}Edge`]: eachOf(['cursor', 'node'], frame),
  };
}

/** The rows for types that are values, not things: guarded by the field that gives them. */
export function valuePermissions(fields: Readonly<Record<string, readonly string[]>>): Permissions {
  const frame: Permission = [anyone, 'A part of the field that gives it, which is guarded.'];
  return Object.fromEntries(Object.entries(fields).map(([type, names]) => [type, eachOf(names, frame)]));
}

/**
 * Throws one error with every mistake: a field without a permission, a permission for what does not exist (a type,
 * a field, a wildcard, an abstract type), a value that is no rule, a rule without a reason.
 */
export function checkPermissions(schema: GraphQLSchema, permissions: Permissions): void {
  const problems = [...missingFrom(schema, permissions), ...wrongIn(schema, permissions)];
  if (problems.length > 0) throw new Error(`permissions are not whole:\n  ${problems.join('\n  ')}`);
}

function missingFrom(schema: GraphQLSchema, permissions: Permissions): string[] {
  return guardedTypes(schema).flatMap((type) =>
    guardedFields(type)
      .filter((field) => permissions[type.name]?.[field] === undefined)
      .map((field) => `${type.name}.${field} has no rule`),
  );
}

function wrongIn(schema: GraphQLSchema, permissions: Permissions): string[] {
  return Object.entries(permissions).flatMap(([typeName, fields]) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return [`${typeName} is not an object type of the schema`];
    return Object.entries(fields).flatMap(([field, permission]) => {
      const place = `${typeName}.${field}`;
      if (!Object.hasOwn(type.getFields(), field)) return [`${place} is not a field of the schema`];
      return isPermission(permission) ? [] : [`${place} has no rule with a reason`];
    });
  });
}

/** What a circular import or a typing mistake leaves behind is no permission, whatever its type says. */
function isPermission(value: readonly unknown[] | undefined): boolean {
  const [rule, why] = value ?? [];
  return (
    typeof rule === 'object' &&
    rule !== null &&
    'shield' in rule &&
    typeof why === 'string' &&
    why.trim() !== ''
  );
}

function guardedTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  );
}

function guardedFields(type: GraphQLObjectType): string[] {
  return Object.keys(type.getFields()).filter((field) => !FEDERATION_FIELDS[type.name]?.includes(field));
}
