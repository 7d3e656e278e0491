/**
 * Faults that matter to an operation: one of a field that it asks for, one of a subgraph that was asked for it.
 * Chosen by numbers that the caller draws. Knows no executor.
 */

import {
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
} from 'graphql';

import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import type { AnswerLie, Fault, FieldFault, FieldLie, Share } from './fault.ts';
import { canBeWrong, schemaOf } from './faulty-subgraph.ts';
import type { Leans, Ownership } from './ownership.ts';

/** A whole number from 0 to one less than `count`. */
export type Draw = (count: number) => number;

export interface FaultParts {
  readonly apiSchema: GraphQLSchema;
  readonly ownership: Ownership;
  /** By subgraph: the types of which it only knows what it is asked by key. */
  readonly knownByKey: ReadonlyMap<string, readonly string[]>;
  /** Of the shares those that both the subgraphs and the truth can tell. */
  readonly shares: readonly Share[];
}

const ANSWER_LIES: readonly AnswerLie[] = [
  ...(
    [
      'nothing, and hangs up',
      'nothing, and listens no more',
      'an error without data',
      'HTTP 500',
      'HTTP 503',
      'not JSON',
      'truncated',
      'wrong content type',
      'empty',
      'no GraphQL',
      'data of text',
      'data: null alone',
    ] as const
  ).map((says) => ({ of: 'answer', says }) as const),
  { of: 'entities', says: 'too few' },
  { of: 'entities', says: 'too many' },
  { of: 'entities', says: 'none' },
];

export function fieldFaultFor(query: string, parts: FaultParts, draw: Draw): FieldFault | undefined {
  const { apiSchema, ownership, shares } = parts;
  const selected = selectedFields(query, apiSchema);
  const types = new Set(selected.map((name) => name.split('.')[0]));
  // A plan asks for needed fields although the client did not.
  const needed = [...ownership.needed].filter((name) => types.has(name.split('.')[0]));
  const candidates = [...selected.filter((name) => !ownership.needed.has(name)), ...needed];
  if (candidates.length === 0) return undefined;
  const [type = '', field = ''] = candidates[draw(candidates.length)]!.split('.');
  if (ownership.isStricter(type, field)) return undefined;
  const owner = ownership.interfaceOf(type, field);
  // What is asked of one type alone, a plan asks of every object that stands in for the interface; so a failure that
  // spreads can cost an object of another type.
  if (owner !== undefined && isRequired(apiSchema, type, field)) return undefined;
  const isNeeded = ownership.needed.has(`${type}.${field}`);
  const lies = isNeeded ? neededLies(apiSchema, type, field) : liesFor(apiSchema, type, field);
  const affected = owner === undefined ? [type] : [owner, ...memberNames(apiSchema, owner)];
  return {
    kind: 'field',
    types: affected,
    field,
    isNeeded,
    lie: lies[draw(lies.length)]!,
    share: isRoot(apiSchema, type) ? 'all' : shares[draw(shares.length)]!,
  };
}

export function subgraphFaultFor(
  asked: readonly string[],
  isMutation: boolean,
  { apiSchema, knownByKey, shares }: FaultParts,
  draw: Draw,
): Fault | undefined {
  if (asked.length === 0) return undefined;
  const subgraph = asked[draw(asked.length)]!;
  const kind = draw(6);
  if (kind === 5) return { kind: 'extra', subgraph };
  const known = knownByKey.get(subgraph) ?? [];
  const types = known.filter((name) => isObjectType(apiSchema.getType(name)));
  if (kind >= 3 && types.length > 0)
    return {
      kind: 'unknown',
      subgraph,
      type: types[draw(types.length)]!,
      share: shares[draw(shares.length)]!,
    };
  const lie = ANSWER_LIES[draw(ANSWER_LIES.length)]!;
  // Whether one of several changes was made depends on how they were asked.
  return { kind: 'answer', subgraph, lie, calls: draw(3) === 0 && !isMutation ? 'some' : 'all' };
}

/** Of a subgraph without which another cannot be reached none, nor what is provided elsewhere: that depends on the plan. */
export function knownByKey(
  subgraphs: readonly FakeSubgraph[],
  ownership: Ownership,
  leans: Leans,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    subgraphs.map((subgraph) => {
      const schema = schemaOf(subgraph);
      const shown = new Set(
        Object.values(schema.getTypeMap())
          .filter(isObjectType)
          .flatMap((type) => Object.values(type.getFields()))
          .filter(({ name }) => name !== '_entities')
          .flatMap(({ type }) => memberNames(schema, String(type).replaceAll(/[[\]!]/g, ''))),
      );
      const own = ownership.entitiesOf(subgraph.name).filter((name) => isObjectType(schema.getType(name)));
      const isLeanedOn = Object.values(leans).flat().includes(subgraph.name);
      return [
        subgraph.name,
        isLeanedOn ? [] : own.filter((name) => !shown.has(name) && !ownership.isProvided(name)),
      ];
    }),
  );
}

function selectedFields(query: string, schema: GraphQLSchema): readonly string[] {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  const enter = () => {
    const [parent, field] = [info.getParentType(), info.getFieldDef()];
    if (parent == null || field == null || field.name.startsWith('__')) return;
    for (const name of memberNames(schema, parent.name)) found.add(`${name}.${field.name}`);
  };
  visit(parse(query), visitWithTypeInfo(info, { Field: enter }));
  return [...found];
}

function memberNames(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((each) => each.name) : [name];
}

/** Where null is allowed it is a value, of which whoever needs the field makes what they like. */
function neededLies(schema: GraphQLSchema, typeName: string, fieldName: string): readonly FieldLie[] {
  return isRequired(schema, typeName, fieldName) ? ['error', 'null', 'left out'] : ['error', 'left out'];
}

function liesFor(schema: GraphQLSchema, typeName: string, fieldName: string): readonly FieldLie[] {
  const parent = schema.getType(typeName);
  const type = isObjectType(parent) ? parent.getFields()[fieldName]?.type : undefined;
  if (type === undefined) return ['error'];
  const plain = getNullableType(type);
  return [
    'error',
    'null',
    'left out',
    ...(canBeWrong(type) ? (['wrong type'] as const) : []),
    ...(isListType(plain) && canBeWrong(plain.ofType) ? (['wrong item', 'wrong item'] as const) : []),
  ];
}

function isRequired(schema: GraphQLSchema, typeName: string, fieldName: string): boolean {
  const type = schema.getType(typeName);
  return isObjectType(type) && isNonNullType(type.getFields()[fieldName]?.type);
}

function isRoot(schema: GraphQLSchema, typeName: string): boolean {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.some((type) => type?.name === typeName);
}
