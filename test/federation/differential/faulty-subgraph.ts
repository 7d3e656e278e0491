/**
 * A subgraph that has whatever fault is switched on at the moment, one at a time. Knows no gateway and does not
 * know what a client should read then.
 */

import type { ServerResponse } from 'node:http';

import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import {
  defaultFieldResolver,
  execute,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';

import { isRecord } from '../../../gateway/base/is-record.ts';
import { behaving, lying, sendJson, type FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { isAmong, parityOf, type AnswerFault, type Fault, type FieldLie } from './fault.ts';

/** Shared by the subgraphs of one supergraph. */
export interface FaultSwitch {
  current: Fault | undefined;
  /** Of all fields that any of them has: one that says more than it should speaks of what is others' too. */
  readonly fieldNames: ReadonlySet<string>;
}

export function faultSwitch(subgraphs: readonly FakeSubgraph[]): FaultSwitch {
  const types = subgraphs.flatMap((subgraph) => Object.values(schemaOf(subgraph).getTypeMap()));
  const names = types.flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()) : []));
  return { current: undefined, fieldNames: new Set(names.filter((name) => !name.startsWith('_'))) };
}

type Place = readonly (string | number)[];

/** What one execution is to do wrong, and where it turned out to have to lie. */
interface Mischief {
  readonly subgraph: string;
  readonly fault: Fault | undefined;
  readonly lies: {
    readonly path: Place;
    readonly lie: FieldLie | 'more';
    readonly type: GraphQLOutputType;
  }[];
}

export function schemaOf({ sdl, resolvers }: FakeSubgraph): GraphQLSchema {
  // The resolvers of a fake are written by hand beside its SDL; building the schema checks their names.
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> }]);
}

export function faulty(subgraph: FakeSubgraph, faults: FaultSwitch): FakeSubgraph {
  const { name } = subgraph;
  const schema = schemaOf(subgraph);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith('__'))
      Object.values(type.getFields()).forEach(tamperWith);
  }
  const documents = new Map<string, DocumentNode>();
  return behaving(subgraph, async (_answer, response, call) => {
    const fault = faults.current;
    const { query, variables } = call.body;
    const document = documents.get(query) ?? parse(query, { noLocation: true });
    documents.set(query, document);
    const mischief: Mischief = { subgraph: name, fault, lies: [] };
    const answer = async () =>
      execute({ schema, document, variableValues: variables, contextValue: mischief });
    if (fault?.kind === 'answer' && fault.subgraph === name && isHit(fault, call.rawBody))
      await sayInstead(subgraph, { fault, response, answer });
    else {
      const honest = await answer();
      const said = mischief.lies.length === 0 ? honest : withLies(honest, mischief, faults.fieldNames);
      sendJson(response, isExtra(mischief) ? withExtra(said, faults.fieldNames) : said);
    }
  });
}

function isHit({ calls }: AnswerFault, body: string): boolean {
  return calls === 'all' || parityOf(body) === 'even';
}

interface Saying {
  readonly fault: AnswerFault;
  readonly response: ServerResponse;
  readonly answer: () => Promise<ExecutionResult>;
}

async function sayInstead(subgraph: FakeSubgraph, { fault: { lie }, response, answer }: Saying) {
  if (lie.of === 'entities') sendJson(response, withEntities(lie.says, await answer()));
  // Where nothing listens, those are here who do not go through the client that knows it.
  else if (lie.says === 'nothing, and hangs up' || lie.says === 'nothing, and listens no more')
    response.destroy();
  else if (lie.says === 'an error without data')
    sendJson(response, { data: null, errors: [{ message: 'no' }] });
  else {
    const call = { path: '', headers: {}, rawBody: '', body: { query: '' } };
    await lying(subgraph, lie.says).behave?.(answer, response, call);
  }
}

/** One call may ask for entities several times, under names of its own. */
function withEntities(says: 'too few' | 'too many' | 'none', honest: ExecutionResult): ExecutionResult {
  const lieAbout = (entities: unknown[]) =>
    ({ 'too few': entities.slice(1), 'too many': [...entities, null], none: null })[says];
  const entries = Object.entries(honest.data ?? {});
  if (!entries.some(([key]) => ENTITIES.test(key))) return honest;
  const data = entries.map(([key, value]) => [
    key,
    ENTITIES.test(key) && Array.isArray(value) ? lieAbout(value) : value,
  ]);
  return { data: Object.fromEntries(data) };
}

const ENTITIES = /^(?:_entities|representations_\d+)$/;

function isExtra({ fault, subgraph }: Mischief): boolean {
  return fault?.kind === 'extra' && fault.subgraph === subgraph;
}

function tamperWith(field: GraphQLField<unknown, Mischief>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = async (source, given, mischief, info) => {
    const { fault, lies } = mischief;
    if (fault?.kind === 'unknown' && field.name === '_entities')
      return withUnknown(await resolve(source, given, mischief, info), given['representations'], mischief);
    if (isExtra(mischief) && isCompositeType(getNamedType(field.type)))
      lies.push({ path: placeOf(info.path), lie: 'more', type: field.type });
    const isMeant =
      fault?.kind === 'field' && fault.field === field.name && fault.types.includes(clientsNameOf(info));
    if (!isMeant || !isAmong(fault.share, source)) return resolve(source, given, mischief, info);
    if (fault.lie === 'error') throw new Error(`cannot read ${field.name}`);
    const value: unknown = await resolve(source, given, mischief, info);
    // A null that cannot be is an error already.
    const hasFailed = value == null && isNonNullType(field.type);
    if (!hasFailed) lies.push({ path: placeOf(info.path), lie: fault.lie, type: field.type });
    return value;
  };
}

/** A subgraph may call its root types as it likes. */
function clientsNameOf({ parentType, schema }: GraphQLResolveInfo): string {
  if (parentType === schema.getQueryType()) return 'Query';
  if (parentType === schema.getSubscriptionType()) return 'Subscription';
  return parentType === schema.getMutationType() ? 'Mutation' : parentType.name;
}

function placeOf(path: GraphQLResolveInfo['path']): Place {
  const before = path.prev === undefined ? [] : placeOf(path.prev);
  return [...before, path.key];
}

function withUnknown(entities: unknown, representations: unknown, { subgraph, fault }: Mischief): unknown {
  if (!Array.isArray(entities) || !Array.isArray(representations)) return entities;
  if (fault?.kind !== 'unknown' || fault.subgraph !== subgraph) return entities;
  return entities.map((entity: unknown, index) => {
    const representation: unknown = representations[index];
    const isMeant = isRecord(representation) && representation['__typename'] === fault.type;
    return isMeant && isAmong(fault.share, representation) ? null : entity;
  });
}

function withLies(
  { data, errors = [] }: ExecutionResult,
  { lies }: Mischief,
  fieldNames: ReadonlySet<string>,
): ExecutionResult {
  const changed: unknown = structuredClone(data);
  for (const { path, lie, type } of lies)
    lieAt(changed, path, (value) => (lie === 'more' ? extended(value, fieldNames) : lieOf(lie, type, value)));
  const isBelow = (place: Place) =>
    lies.some(
      ({ path, lie }) =>
        lie !== 'wrong item' && lie !== 'more' && path.every((part, index) => part === place[index]),
    );
  const left = errors.filter(({ path = [] }) => !isBelow(path));
  // Reason for the cast: it is no longer what the schema promises.
  return { data: changed as ExecutionResult['data'] & object, ...(left.length > 0 ? { errors: left } : {}) };
}

const LEFT_OUT = Symbol('left out');

function lieAt(data: unknown, path: Place, change: (value: unknown) => unknown): void {
  const last = path.at(-1);
  let parent = data;
  for (const part of path.slice(0, -1)) parent = isContainer(parent) ? parent[String(part)] : undefined;
  if (last === undefined || !isContainer(parent) || !Object.hasOwn(parent, last)) return;
  const lie = change(parent[String(last)]);
  if (lie === LEFT_OUT) Reflect.deleteProperty(parent, last);
  else parent[String(last)] = lie;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function lieOf(lie: FieldLie, type: GraphQLOutputType, value: unknown): unknown {
  switch (lie) {
    case 'null':
      return null;
    case 'left out':
      return LEFT_OUT;
    case 'wrong item': {
      const list = getNullableType(type);
      if (!isListType(list) || !Array.isArray(value) || value.length === 0) return value;
      return [wrongValue(list.ofType), ...value.slice(1)];
    }
    case 'wrong type':
      return wrongValue(type);
    default:
      return value;
  }
}

/** What the type does not allow; a scalar of the schema's own allows everything. */
function wrongValue(given: GraphQLOutputType): unknown {
  const type = getNullableType(given);
  if (isListType(type)) return { not: 'a list' };
  if (isEnumType(type)) return 'NO_SUCH_VALUE';
  if (!isLeafType(type)) return 'not an object';
  return type.name === 'String' || type.name === 'ID' ? { not: 'text' } : 'not a number';
}

/** Whether there is a value that the type does not allow. */
export function canBeWrong(given: GraphQLOutputType): boolean {
  const type = getNullableType(given);
  return !isLeafType(type) || isEnumType(type) || isSpecifiedScalarType(type);
}

function withExtra(said: ExecutionResult, fieldNames: ReadonlySet<string>): object {
  return { ...said, data: extended(said.data, fieldNames), extensions: { cost: 1 }, surprise: [1] };
}

/** An object, or each object of a list, says more than it should. */
function extended(value: unknown, fieldNames: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => extended(item, fieldNames));
  if (!isContainer(value)) return value;
  const lies = Object.fromEntries([...fieldNames].map((name) => [name, { lies: name }]));
  return { ...lies, ...value, surprise: { list: [{ id: 'x' }, null] }, surprises: 7 };
}
