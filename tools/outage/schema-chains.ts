/**
 * Where the schema itself lets an outage spread: a field that promises never to be null takes the object around it
 * along, and where another system refers to that object by a promise too, the next one. Knows no operation.
 */

import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

import type { OwnersOf } from './field-owners.ts';

export interface SchemaChain {
  readonly system: string;
  readonly type: string;
  /** Fields of the type, each of which takes it along while the system is down. */
  readonly fields: readonly string[];
  /** Fields of other systems that refer to the type and become null then, `Type.field`. */
  readonly empties: readonly string[];
  /** Those of them at which the null does not stop, so that the object around them goes as well. */
  readonly spreadsThrough: readonly string[];
}

interface Field {
  readonly parent: string;
  readonly name: string;
  readonly type: GraphQLOutputType;
}

/** Types to which no other system refers are left out: their loss is their owner’s alone. */
export function schemaChains(
  schema: GraphQLSchema,
  ownersOf: OwnersOf,
  systems: readonly string[],
): readonly SchemaChain[] {
  const fields = allFields(schema);
  const isOnly = (system: string, { parent, name }: Field) =>
    ownersOf(parent, name).every((owner) => owner === system);
  const types = [...new Set(fields.map(({ parent }) => parent))];
  return systems.flatMap((system) =>
    types.flatMap((type): readonly SchemaChain[] => {
      const promised = fields.filter(
        (field) => field.parent === type && isNonNullType(field.type) && isOnly(system, field),
      );
      if (promised.length === 0) return [];
      const reached = spread(
        type,
        fields.filter((field) => !isOnly(system, field)),
      );
      if (reached.empties.length === 0) return [];
      return [{ system, type, fields: promised.map(({ name }) => name), ...reached }];
    }),
  );
}

function spread(type: string, fields: readonly Field[]): Pick<SchemaChain, 'empties' | 'spreadsThrough'> {
  const [empties, spreadsThrough, seen] = [new Set<string>(), new Set<string>(), new Set([type])];
  for (const taken of seen) {
    for (const field of fields.filter((each) => getNamedType(each.type).name === taken)) {
      const coordinate = `${field.parent}.${field.name}`;
      empties.add(coordinate);
      if (stops(field.type)) continue;
      spreadsThrough.add(coordinate);
      // Walked by this very loop.
      seen.add(field.parent);
    }
  }
  return { empties: [...empties], spreadsThrough: [...spreadsThrough] };
}

/** Whether a null object somewhere in a value of the type stays within it. */
function stops(type: GraphQLOutputType): boolean {
  if (!isNonNullType(type)) return true;
  return isListType(type.ofType) && stops(type.ofType.ofType);
}

function allFields(schema: GraphQLSchema): readonly Field[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        parent: type.name,
        name: field.name,
        type: field.type,
      })),
    );
}
