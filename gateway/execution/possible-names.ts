/**
 * Which objects a fragment on a type applies to, by the name that they give as `__typename`.
 */

import { isAbstractType, isInterfaceType, type GraphQLSchema } from 'graphql';

/** The type itself and, for an interface or a union, all its members, interfaces among them. */
export function possibleNames(schema: GraphQLSchema, typeName: string): ReadonlySet<string> {
  const type = schema.getType(typeName);
  if (!isAbstractType(type)) return new Set([typeName]);
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return new Set([typeName, ...[...schema.getPossibleTypes(type), ...interfaces].map(({ name }) => name)]);
}
