/**
 * Whether an object of a type is meant by the condition of a fragment. Knows no selection.
 */

import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';

/** Without a condition, any is. */
export type IsOf = (typeName: string, condition: string | undefined) => boolean;

export function typeMembership(schema: GraphQLSchema): IsOf {
  return (typeName, condition) => {
    if (condition === undefined || condition === typeName) return true;
    const [type, abstract] = [schema.getType(typeName), schema.getType(condition)];
    return isObjectType(type) && isAbstractType(abstract) && schema.isSubType(abstract, type);
  };
}
