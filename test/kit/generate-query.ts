/**
 * Queries made up from a schema and a seed: nested, with aliases and fragments, through interfaces and entities. The
 * same seed gives the same queries. Knows no rule and no system.
 */

import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { imagineArguments } from './imagined-answers.ts';

/** From 0 to below 1. */
export type Random = () => number;

/** mulberry32, a small generator that anybody can write down again. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Making {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  readonly customers: readonly string[];
}

const DEEPEST = 5;

/** `customers` are the ids that arguments and references name. */
export function generateQuery(schema: GraphQLSchema, random: Random, customers: readonly string[]): string {
  const making = { schema, random, customers };
  const root = schema.getQueryType();
  if (root == null) throw new Error('the schema has no queries');
  const entities = random() < 0.5 ? makeEntities(making) : '';
  return `{ __typename ${entities} ${makeFields(making, root, 1)} }`;
}

function makeEntities(making: Making): string {
  const types = making.schema.getType('_Entity');
  const type = isUnionType(types) ? pick(making.random, types.getTypes()) : undefined;
  if (type === undefined) return '';
  const references = making.customers.map((id) => `{ __typename: "${type.name}", id: "${id}" }`).join(' ');
  return `_entities(representations: [${references}]) { ... on ${type.name} { ${makeFields(making, type, 2)} } }`;
}

function makeFields(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { random } = making;
  if (isUnionType(type)) return makeFragment(making, type, depth);
  const all = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
  const chosen = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, all));
  const texts = chosen.map((field, index) => {
    if (field === undefined) return '';
    const inner = getNamedType(field.type);
    if (isCompositeType(inner) && depth >= DEEPEST) return '';
    const customer = pick(random, making.customers) ?? '';
    const alias = `d${depth}f${index}_${Math.floor(random() * 1e9)}`;
    const deeper = isCompositeType(inner) ? ` { __typename ${makeFields(making, inner, depth + 1)} }` : '';
    return `${alias}: ${field.name}${imagineArguments(field.args, customer)}${deeper}`;
  });
  const fragment = isAbstractType(type) || random() < 0.2 ? makeFragment(making, type, depth) : '';
  return ['__typename', ...texts, fragment].join(' ');
}

function makeFragment(making: Making, type: GraphQLCompositeType, depth: number): string {
  const types: readonly GraphQLCompositeType[] = isObjectType(type)
    ? [type, ...interfacesOf(type)]
    : making.schema.getPossibleTypes(type);
  const chosen = pick(making.random, types);
  return chosen === undefined || depth >= DEEPEST
    ? ''
    : `... on ${chosen.name} { ${makeFields(making, chosen, depth + 1)} }`;
}

function interfacesOf(type: GraphQLObjectType): readonly GraphQLCompositeType[] {
  return type.getInterfaces().filter(isInterfaceType);
}

function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)];
}
