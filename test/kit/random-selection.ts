/**
 * Selections made up from a schema and a seed: nested, through lists and back. Knows no system and no argument but
 * those of pages.
 */

import {
  getNamedType,
  isCompositeType,
  isRequiredArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import type { Random } from './generate-query.ts';

/** Fields of the type as text, without braces; never one that must be told what to find. */
export function randomSelection(
  schema: GraphQLSchema,
  random: Random,
  typeName: string,
  depth: number,
): string {
  // Reason for the cast: the test names object types.
  const type = schema.getType(typeName) as GraphQLObjectType;
  const fields = Object.values(type.getFields()).filter(
    ({ args, type: given }) =>
      !args.some(isRequiredArgument) && (depth > 0 || !isCompositeType(getNamedType(given))),
  );
  const chosen = fields.filter(() => random() < 0.4);
  const texts = chosen.map((field) => {
    const inner = getNamedType(field.type);
    const isPage = field.args.some(({ name }) => name === 'first') && random() < 0.5;
    const call = isPage ? `${field.name}(first: ${1 + Math.floor(random() * 5)})` : field.name;
    return isCompositeType(inner)
      ? `${call} { ${randomSelection(schema, random, inner.name, depth - 1)} }`
      : call;
  });
  return ['__typename', ...texts].join(' ');
}
