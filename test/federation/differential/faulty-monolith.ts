/**
 * One graphql-js schema over the truth in which chosen fields fail: what a client should read of a federation whose
 * subgraphs have a fault. Knows no subgraph.
 */

import {
  buildASTSchema,
  defaultFieldResolver,
  execute,
  isObjectType,
  Kind,
  parse,
  visit,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

import { printSchema } from '../../../gateway/base/print-schema.ts';
import { answerOf, type Answer } from '../kit/answer.ts';

/**
 * What becomes of a field: it fails before or after it has taken effect, gives null, is not read at all, or its first
 * item fails.
 */
export type Effect = 'fails' | 'fails late' | 'is null' | 'is not read' | 'first item fails';

/** What becomes of a field of an object. */
export type Effects = (type: string, field: string, source: unknown) => Effect | undefined;

interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface FaultyMonolith {
  readonly ask: (question: Question, effects: Effects) => Promise<Answer>;
  /** The same with every type nullable, so that no failure hides another. */
  readonly askEachField: (question: Question, effects: Effects) => Promise<Answer>;
}

export function faultyMonolith(apiSchema: GraphQLSchema, rootValue: object): FaultyMonolith {
  const sdl = parse(printSchema(apiSchema));
  const nullable = visit(sdl, {
    FieldDefinition: (field) => ({
      ...field,
      type: visit(field.type, { [Kind.NON_NULL_TYPE]: { leave: ({ type }) => type } }),
    }),
  });
  const asking = (schema: GraphQLSchema) => async (question: Question, contextValue: Effects) => {
    const { query, variables: variableValues } = question;
    const document = parse(query);
    return answerOf(await execute({ schema, document, rootValue, variableValues, contextValue }));
  };
  return {
    ask: asking(withEffects(buildASTSchema(sdl))),
    askEachField: asking(withEffects(buildASTSchema(nullable, { assumeValid: true }))),
  };
}

function withEffects(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith('__')) Object.values(type.getFields()).forEach(affect);
  }
  return schema;
}

function affect(field: GraphQLField<unknown, Effects>): void {
  field.resolve = async (source, given, effects, info) => {
    const effect = effects(info.parentType.name, field.name, source);
    if (effect === 'fails') throw new Error('fails');
    if (effect === 'is not read') return null;
    const value: unknown = await defaultFieldResolver(source, given, effects, info);
    if (effect === undefined) return value;
    if (effect === 'fails late') throw new Error('fails');
    if (effect === 'is null') return null;
    return Array.isArray(value) && value.length > 0 ? [new Error('fails'), ...value.slice(1)] : value;
  };
}
