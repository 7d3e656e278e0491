/**
 * A field may lead to a narrower interface in an object than in the interface that the object implements, and in one
 * subgraph than in another; and what subgraphs share may lead to objects of which each has its field in another of them.
 * Some ways to what is asked there the planner does not find, and falls over; it finds them where the field, or what is
 * behind it, is asked of each object by itself. That makes larger plans, so it is done where it must be. Knows no plan.
 */

import {
  getNamedType,
  isInterfaceType,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { askByType, TYPE_NAME } from './planned-selections.ts';
import { saysTooLarge } from './too-large.ts';
import { writtenOut } from './written-out.ts';

/** Plans, and where that fails, once more with such fields asked by type. Throws what was thrown first. */
export type PlanNarrowly = <T>(asked: Asked, planOf: (document: DocumentNode) => T) => T;

interface Asked {
  readonly document: DocumentNode;
  /** Undefined where there is one operation. */
  readonly operationName: string | undefined;
}

export function narrowerFields(schema: GraphQLSchema): PlanNarrowly {
  return ({ document, operationName }, planOf) => {
    try {
      return planOf(document);
    } catch (error) {
      // Written out it would be as large as the planner says.
      if (error instanceof Error && saysTooLarge(error.message)) throw error;
      const whole: DocumentNode = { ...document, definitions: [writtenOut(document, operationName)] };
      for (const coordinatesIn of [narrowerIn, ofInterfacesIn]) {
        const byType = askByType(whole, schema, coordinatesIn(schema));
        const plan = byType === whole ? undefined : planned(byType, planOf);
        if (plan !== undefined) return plan.found;
      }
      throw error;
    }
  };
}

/** Undefined where that fails; what the client asked is what the first attempt failed at. */
function planned<T>(document: DocumentNode, planOf: (document: DocumentNode) => T) {
  try {
    return { found: planOf(document) };
  } catch {
    return undefined;
  }
}

/** Fields (`Type.field`) of objects that lead to another type than in an interface of theirs. */
function narrowerIn(schema: GraphQLSchema): ReadonlySet<string> {
  const wide = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  const found = wide.flatMap((type) =>
    Object.values(type.getFields()).flatMap(({ name, type: own }) =>
      schema
        .getPossibleTypes(type)
        .filter((member) => leadsTo(member, name) !== getNamedType(own))
        .map((member) => `${member.name}.${name}`),
    ),
  );
  return new Set(found);
}

function leadsTo(type: GraphQLObjectType, field: string): GraphQLNamedType | undefined {
  const given = type.getFields()[field]?.type;
  return given === undefined ? undefined : getNamedType(given);
}

/** All that objects can be asked as an interface. */
function ofInterfacesIn(schema: GraphQLSchema): ReadonlySet<string> {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  return new Set(
    interfaces.flatMap((type) => {
      const names = [TYPE_NAME.name.value, ...Object.keys(type.getFields())];
      return schema.getPossibleTypes(type).flatMap((member) => names.map((name) => `${member.name}.${name}`));
    }),
  );
}
