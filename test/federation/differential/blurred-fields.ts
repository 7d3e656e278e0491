/**
 * Fields that may not be null, and may in an interface that some subgraph knows as an object (@interfaceObject). Who
 * has such an object from there and asks in vain for its type knows no more than the interface says: the field is
 * lost, and not the object. Knows no data.
 */

import { isInterfaceType, isNonNullType, type GraphQLSchema } from 'graphql';

import type { FieldName } from './ownership.ts';

export function blurredFields(apiSchema: GraphQLSchema, supergraphSdl: string): ReadonlySet<FieldName> {
  const asObjects = [...supergraphSdl.matchAll(/^interface (\w+).*(?:\n +@.*)*isInterfaceObject: true/gm)];
  const names = asObjects.flatMap(([, name = '']) => {
    const type = apiSchema.getType(name);
    if (!isInterfaceType(type)) return [];
    const loose = Object.values(type.getFields()).filter((field) => !isNonNullType(field.type));
    return apiSchema
      .getImplementations(type)
      .objects.flatMap((object) =>
        loose
          .filter((field) => isNonNullType(object.getFields()[field.name]?.type))
          .map((field) => `${object.name}.${field.name}`),
      );
  });
  return new Set(names);
}
