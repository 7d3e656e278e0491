/**
 * What an operation costs: before it runs, at most, by the sizes of the lists that it asks for; and afterwards, by
 * what its answer holds. An object costs one and a leaf nothing unless `@cost` says otherwise; a list costs its size
 * times its elements; a mutation costs ten more (IBM GraphQL Cost Directives; Apollo's demand control). Knows no limit.
 */

import {
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  OperationTypeNode,
  valueFromASTUntyped,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { compileArgumentCost, compileListSize, type FieldPlace } from './cost-arguments.ts';
import { levelsOf, type Selected } from './cost-levels.ts';
import type { CostWeights } from './cost-weights.ts';
import { fragmentsOf, type Fragments } from './measure-document.ts';

export interface OperationCost {
  /** At most; `variables` as the client sent them. Throws GRAPHQL_VALIDATION_FAILED, see `compileListSize`. */
  readonly estimate: (variables: JsonObject) => number;
  /** Of an answer to these variables. */
  readonly actual: (data: unknown, variables: JsonObject) => number;
}

export interface CostParts {
  readonly schema: GraphQLSchema;
  readonly weights: CostWeights;
  /** The size of a list of which nothing is said. */
  readonly defaultListSize: number;
}

interface Compiling extends CostParts {
  readonly fragments: Fragments;
  /** What is selected is compiled once, on however many ways and for however many types it is asked. */
  readonly compiled: Map<string, OperationCost>;
  readonly numbers: Map<SelectionSetNode, number>;
}

type Size = (variables: JsonObject) => number | undefined;

/** The cost of one key of the answer. */
interface KeyCost extends OperationCost {
  readonly key: string;
}

const COST_OF_A_MUTATION = 10;

/** The document must be valid; undefined where it has no such operation. */
export function compileCost(
  document: DocumentNode,
  operationName: string | undefined,
  parts: CostParts,
): OperationCost | undefined {
  const operation = getOperationAST(document, operationName);
  const type = operation == null ? undefined : parts.schema.getRootType(operation.operation);
  if (operation == null || type == null) return undefined;
  const base = operation.operation === OperationTypeNode.MUTATION ? COST_OF_A_MUTATION : 0;
  const compiling: Compiling = {
    ...parts,
    fragments: fragmentsOf(document),
    compiled: new Map(),
    numbers: new Map(),
  };
  const inner = compileObject(type, [operation.selectionSet], compiling);
  const withDefaults = defaultsOf(operation);
  const estimate = onceIfFixed(inner.estimate);
  return {
    estimate: (variables) => base + estimate(withDefaults(variables)),
    actual: (data, variables) => base + inner.actual(data, withDefaults(variables)),
  };
}

function defaultsOf({ variableDefinitions = [] }: NonNullable<ReturnType<typeof getOperationAST>>) {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }): [string, unknown][] =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
  );
  if (defaults.length === 0) return (variables: JsonObject) => variables;
  const values = Object.fromEntries(defaults);
  return (variables: JsonObject): JsonObject => ({ ...values, ...variables });
}

/** `sizes` are those of lists in the object, where the field that returns it says them. */
function compileObject(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  parts: Compiling,
  sizes: ReadonlyMap<string, Size> = new Map(),
): OperationCost {
  const levels = levelsOf(type, sets, parts).map((level) =>
    [...level].flatMap(([key, selected]) => compileKey(key, selected, parts, sizes) ?? []),
  );
  if (levels.every((keys) => keys.length === 0)) return FREE;
  const byKey = new Map(levels.flat().map((cost) => [cost.key, cost]));
  return {
    estimate: oncePerVariables((variables) =>
      Math.max(...levels.map((keys) => sum(keys, (cost) => cost.estimate(variables)))),
    ),
    actual: (data, variables) =>
      isRecord(data) ? sum([...byKey.values()], (cost) => cost.actual(data[cost.key], variables)) : 0,
  };
}

/** The same for the object that a field returns. */
function compileInner(place: FieldPlace, sets: readonly SelectionSetNode[], parts: Compiling): OperationCost {
  const named = getNamedType(place.definition.type);
  if (!isCompositeType(named)) return FREE;
  const { compiled, numbers } = parts;
  for (const set of sets) if (!numbers.has(set)) numbers.set(set, numbers.size);
  const key = [place.coordinate, ...sets.map((set) => numbers.get(set))].join(' ');
  const known = compiled.get(key) ?? compileObject(named, sets, parts, sizedIn(place, parts));
  compiled.set(key, known);
  return known;
}

/** One estimate may meet the same object on many ways, and always brings the same variables. */
function oncePerVariables(estimate: OperationCost['estimate']): OperationCost['estimate'] {
  let last: { readonly variables: JsonObject; readonly cost: number } | undefined;
  return (variables) => {
    if (last?.variables !== variables) last = { variables, cost: estimate(variables) };
    return last.cost;
  };
}

/** An estimate that looks at no variable is the same whatever they are. */
function onceIfFixed(estimate: OperationCost['estimate']): OperationCost['estimate'] {
  let isKnown = false;
  let fixed: number | undefined;
  const find = (variables: JsonObject): number => {
    const lookedAt = new Set<string | symbol>();
    const get = (target: JsonObject, name: string | symbol): unknown => {
      lookedAt.add(name);
      return Reflect.get(target, name);
    };
    const cost = estimate(new Proxy(variables, { get }));
    isKnown = true;
    if (lookedAt.size === 0) fixed = cost;
    return cost;
  };
  return (variables) => fixed ?? (isKnown ? estimate(variables) : find(variables));
}

/** Undefined for what costs nothing whatever the variables are. */
function compileKey(
  key: string,
  { parent, node, sets, isIncluded }: Selected,
  parts: Compiling,
  sizes: ReadonlyMap<string, Size>,
): KeyCost | undefined {
  const name = node.name.value;
  const definition = 'getFields' in parent ? parent.getFields()[name] : undefined;
  // `__typename` and introspection ask no system.
  if (definition === undefined) return undefined;
  const place: FieldPlace = { coordinate: `${parent.name}.${name}`, definition, node };
  const { own, ofArguments, listSize } = compileField(place, parent, parts);
  const inner = compileInner(place, sets, parts);
  if (own === 0 && inner === FREE && ofArguments === undefined) return undefined;
  const depth = listDepth(definition.type);
  const size: Size = (variables) => sizes.get(name)?.(variables) ?? listSize?.(variables);
  const { defaultListSize } = parts;
  const argumentCost = ofArguments ?? FREE.estimate;
  return {
    key,
    estimate(variables) {
      if (!isIncluded(variables)) return 0;
      const count = depth === 0 ? 1 : (size(variables) ?? defaultListSize) * defaultListSize ** (depth - 1);
      return Math.max(0, argumentCost(variables) + count * (own + inner.estimate(variables)));
    },
    actual(value, variables) {
      if (value === undefined) return 0;
      const items = itemsOf(value);
      const ofItems = sum(items, (item) => own + inner.actual(item, variables));
      return Math.max(0, argumentCost(variables) + ofItems);
    },
  };
}

function compileField(place: FieldPlace, parent: GraphQLCompositeType, { schema, weights }: Compiling) {
  const { coordinate, definition, node } = place;
  const named = getNamedType(definition.type);
  const own =
    weightOf(coordinate, parent, { schema, weights }) ??
    weights.weights.get(named.name) ??
    (isLeafType(named) ? 0 : 1);
  const found = weights.listSizes.get(coordinate);
  const listSize =
    found === undefined || found.sizedFields.length > 0 ? undefined : compileListSize(place, found);
  const hasArguments = (node.arguments ?? []).length > 0;
  return { own, listSize, ofArguments: hasArguments ? compileArgumentCost(place, weights) : undefined };
}

/** Of an interface's field, the most that it weighs in any type. */
function weightOf(
  coordinate: string,
  parent: GraphQLCompositeType,
  { schema, weights: { weights } }: Pick<Compiling, 'schema' | 'weights'>,
): number | undefined {
  const own = weights.get(coordinate);
  if (own !== undefined || !isAbstractType(parent) || weights.size === 0) return own;
  const field = coordinate.slice(parent.name.length);
  const inTypes = schema.getPossibleTypes(parent).flatMap(({ name }) => weights.get(name + field) ?? []);
  return inTypes.length === 0 ? undefined : Math.max(...inTypes);
}

function sizedIn(place: FieldPlace, { weights: { listSizes } }: Compiling): ReadonlyMap<string, Size> {
  const listSize = listSizes.get(place.coordinate);
  if (listSize === undefined || listSize.sizedFields.length === 0) return new Map();
  const size = compileListSize(place, listSize);
  return new Map(listSize.sizedFields.map((field) => [field, size]));
}

const FREE: OperationCost = { estimate: () => 0, actual: () => 0 };

function sum<Item>(items: readonly Item[], cost: (item: Item) => number): number {
  return items.reduce((total, item) => total + cost(item), 0);
}

function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}

/** The values that are there, in lists of lists too. */
function itemsOf(value: unknown): readonly unknown[] {
  if (value === null) return [];
  return Array.isArray(value) ? value.flatMap(itemsOf) : [value];
}
