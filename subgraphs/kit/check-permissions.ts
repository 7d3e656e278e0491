/**
 * Holds a `permissions.ts` against the schema that it guards: whatever would leave a field open, or a rule without
 * effect, stops the start, with every mistake named at once. Knows no request.
 */

import { isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

import type { Permission, Permissions } from './permissions.ts';
import { problemsOfRequiredFields } from './required-fields.ts';
import { needsOfTest, NEEDS, type Rule } from './rule.ts';
import { problemsOfShape, testsWithin } from './rule-shape.ts';

/** What Apollo's subgraph library adds and the kit opens on purpose: `verify-caller.ts` guards the whole endpoint. */
const FEDERATION_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Query: ['_service', '_entities'],
  _Service: ['sdl'],
};

/** Throws one error with every mistake; `name` says whose. */
export function checkPermissions(
  schema: GraphQLSchema,
  permissions: Permissions,
  name = 'permissions',
): void {
  const { fields } = permissions;
  const missing = missingFrom(schema, permissions);
  const wrong = Object.entries(fields).flatMap(([type, ofType]) => wrongInType(schema, type, ofType));
  // Which rules fit together can only be asked of rules that are rules.
  const isWhole = missing.length + wrong.length === 0;
  const problems = isWhole ? problemsOfRequiredFields(schema, fields) : [...missing, ...wrong];
  if (problems.length > 0) throw new Error(`${name} are not whole:\n  ${problems.join('\n  ')}`);
}

function missingFrom(schema: GraphQLSchema, { fields }: Permissions): string[] {
  return guardedTypes(schema).flatMap((type) =>
    guardedFields(type)
      .filter((field) => fields[type.name]?.[field] === undefined)
      .map((field) => `${type.name}.${field} has no rule`),
  );
}

function wrongInType(
  schema: GraphQLSchema,
  typeName: string,
  fields: Readonly<Record<string, Permission>>,
): string[] {
  const type = schema.getType(typeName);
  if (type === undefined) return [`${typeName} is not a type of the schema`];
  if (!isObjectType(type))
    return [`${typeName} is no object type: a rule there would never be asked; guard the types behind it`];
  return Object.entries(fields).flatMap(([field, permission]) => {
    const place = `${typeName}.${field}`;
    if (field === '*') return [`${place} would open fields that nobody has thought of yet; name each field`];
    if (!Object.hasOwn(type.getFields(), field)) return [`${place} is not a field of the schema`];
    return problemsOfPermission(permission).map((problem) => `${place} ${problem}`);
  });
}

/** What a circular import or a typing mistake leaves behind is no permission, whatever its type says. */
function problemsOfPermission(value: unknown): string[] {
  if (!isList(value)) return ['has no rule with a reason'];
  const [rule, why] = value;
  if (!isRule(rule)) return ['has a value that is no rule'];
  if (typeof why !== 'string' || why.trim() === '') return [`has the rule "${rule.name}" without a reason`];
  const problems = [...problemsOfShape(rule.shield), ...problemsOfNeeds(rule)];
  return problems.map((problem) => `has the rule "${rule.name}" that cannot be used: ${problem}`);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRule(value: unknown): value is Rule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'shield' in value &&
    'name' in value &&
    typeof value.name === 'string' &&
    'needs' in value &&
    NEEDS.some((needs) => needs === value.needs)
  );
}

function problemsOfNeeds(rule: Rule): string[] {
  const needed = testsWithin(rule.shield).map((test) => needsOfTest(test, rule));
  const isTold = needed.every((needs) => NEEDS.indexOf(needs) <= NEEDS.indexOf(rule.needs));
  return isTold ? [] : [`it declares to need the ${rule.needs} only, and a part of it needs more`];
}

function guardedTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  );
}

function guardedFields(type: GraphQLObjectType): string[] {
  return Object.keys(type.getFields()).filter((field) => !FEDERATION_FIELDS[type.name]?.includes(field));
}
