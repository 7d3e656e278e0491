/**
 * Every field of a schema, asked for by generated queries: how each type is reached from the root, one query for each
 * type that selects all its fields, and what an answer to it held. Knows no system and no rule.
 */

import {
  getNamedType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

export interface TypeQuery {
  readonly type: string;
  readonly text: string;
}

/** By root field: the arguments to call it with, such as `id: "1"`. */
export type RootArguments = Readonly<Record<string, string>>;

type Steps = readonly string[];
type Field = GraphQLField<unknown, unknown>;

/** One query for each object type that a query can reach, by one of the shortest ways; the root's own comes first. */
export function queriesOfEveryType(schema: GraphQLSchema, given: RootArguments): readonly TypeQuery[] {
  const ways = new Map<GraphQLObjectType, Steps>([[rootOf(schema), []]]);
  // A Map hands out what is added while it is walked, which makes this a search in breadth.
  for (const [type, steps] of ways) {
    for (const field of Object.values(type.getFields())) {
      const next = getNamedType(field.type);
      if (isObjectType(next) && !ways.has(next)) ways.set(next, [...steps, callOf(type, field, given)]);
    }
  }
  return [...ways].map(([type, steps]) => ({
    type: type.name,
    text: steps.reduceRight((inner, step) => `${step} { ${inner} }`, selectionOf(type, given)),
  }));
}

/** Each field that an answer holds, as `Type.field`, with whether it was null; a list's items count each. */
export function fieldsOf(schema: GraphQLSchema, data: unknown): readonly FoundField[] {
  return fieldsWithin(schema, rootOf(schema).name, data);
}

export interface FoundField {
  readonly field: string;
  readonly isNull: boolean;
}

/** The field that an error's path leads to, as `Type.field`. */
export function fieldAt(schema: GraphQLSchema, path: readonly (string | number)[]): string {
  const names = path.filter((part) => typeof part === 'string');
  const last = names.pop() ?? '';
  const owner = names.reduce((type, name) => typeWithin(schema, type, name), rootOf(schema).name);
  return `${owner}.${last}`;
}

function fieldsWithin(schema: GraphQLSchema, type: string, value: unknown): FoundField[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fieldsWithin(schema, type, item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => [
    { field: `${type}.${name}`, isNull: inner === null },
    ...fieldsWithin(schema, typeWithin(schema, type, name), inner),
  ]);
}

/** The name of what a field gives; empty where there is no such field, such as `__typename`. */
function typeWithin(schema: GraphQLSchema, typeName: string, fieldName: string): string {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return field === undefined ? '' : getNamedType(field.type).name;
}

function rootOf(schema: GraphQLSchema): GraphQLObjectType {
  const root = schema.getQueryType();
  if (root == null) throw new Error('the schema has no queries');
  return root;
}

function selectionOf(type: GraphQLObjectType, given: RootArguments): string {
  const fields = Object.values(type.getFields()).map((field) => {
    const call = callOf(type, field, given);
    return isObjectType(getNamedType(field.type)) ? `${call} { __typename }` : call;
  });
  return fields.join(' ');
}

function callOf(type: GraphQLObjectType, field: Field, given: RootArguments): string {
  const needed = field.args.filter(isRequiredArgument);
  if (needed.length === 0) return field.name;
  const written = given[field.name];
  if (written === undefined) throw new Error(`${type.name}.${field.name} needs arguments`);
  return `${field.name}(${written})`;
}
