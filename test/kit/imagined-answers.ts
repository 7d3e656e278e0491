/**
 * Resolvers that make up an answer for every field of a schema: the same one each time, with two items in each list,
 * one of the customer who is named and one of another. Knows no system and no rule.
 */

import {
  getNullableType,
  GraphQLList,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

export const OWN_CUSTOMER = 'customer-of-ours';
export const OTHER_CUSTOMER = 'customer-of-others';

/** A row of that customer; it is an entity by any type and a customer by itself. */
export function rowOf(customerId: string): Readonly<Record<string, string>> {
  return { id: customerId, customerId };
}

/** Puts the made-up answers in the place of every resolver. */
export function imagineAnswers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      field.resolve = (parent: unknown) => imagine(field.type, `${type.name}.${field.name}`, parent);
    }
    // Apollo's subgraph library reads it there.
    Object.assign(type, { resolveReference: ({ id }: { id: string }) => rowOf(id) });
  }
  return schema;
}

function imagine(type: GraphQLOutputType, name: string, parent: unknown): unknown {
  const nullable = getNullableType(type);
  if (nullable instanceof GraphQLList)
    return isCompositeType(getNullableType(nullable.ofType))
      ? [rowOf(OWN_CUSTOMER), rowOf(OTHER_CUSTOMER)]
      : [`${name} 1`];
  if (isCompositeType(nullable)) return parent ?? rowOf(OWN_CUSTOMER);
  if (isEnumType(nullable)) return nullable.getValues()[0]?.value;
  const number = nullable.toString();
  return number === 'Int' || number === 'Float'
    ? 7
    : number === 'Boolean'
      ? true
      : `${name} of ${JSON.stringify(parent)}`;
}

/** The required arguments as text, such as `(id: "x")`; whatever names a customer names the one given. */
export function imagineArguments(args: readonly GraphQLArgument[], customerId: string): string {
  const needed = args.filter(
    (argument) => isNonNullType(argument.type) && argument.defaultValue === undefined,
  );
  if (needed.length === 0) return '';
  return `(${needed.map(({ name, type }) => `${name}: ${imagineInput(type, name, customerId)}`).join(', ')})`;
}

function imagineInput(type: GraphQLInputType, name: string, customerId: string): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return '[]';
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? '';
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${fields.map((field) => `${field.name}: ${imagineInput(field.type, field.name, customerId)}`).join(', ')} }`;
  }
  if (nullable.toString() === 'Int') return '1';
  if (nullable.toString() === 'Boolean') return 'true';
  return JSON.stringify(name === 'customerId' || name === 'id' ? customerId : 'x');
}
