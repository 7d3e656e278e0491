/**
 * The arguments of a field as costs see them: what they weigh themselves, and how long a list they ask for. Knows no
 * selection.
 */

import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { CostWeights, ListSize } from './cost-weights.ts';

type FromVariables<Value> = (variables: JsonObject) => Value;

export interface FieldPlace {
  /** `Type.field` */
  readonly coordinate: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

const NOTHING: FromVariables<number> = () => 0;

/** Arguments weigh nothing but what `@cost` says and one for each input object. */
export function compileArgumentCost(
  { coordinate, definition, node }: FieldPlace,
  { weights }: CostWeights,
): FromVariables<number> {
  const given = definition.args.flatMap((argument) => {
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const weight = weights.get(`${coordinate}(${argument.name}:)`);
    const mayWeigh = weight !== undefined || isInputObjectType(getNamedType(argument.type));
    return value === undefined || !mayWeigh ? [] : [{ argument, value, weight }];
  });
  if (given.length === 0) return NOTHING;
  return (variables) =>
    given.reduce((sum, { argument, value, weight }) => {
      const read: unknown = valueFromASTUntyped(value, variables);
      return sum + valueCost(argument.type, read, { weights, weight });
    }, 0);
}

function valueCost(
  type: GraphQLInputType,
  value: unknown,
  { weights, weight }: { readonly weights: CostWeights['weights']; readonly weight: number | undefined },
): number {
  if (value === null || value === undefined) return 0;
  if (isNonNullType(type)) return valueCost(type.ofType, value, { weights, weight });
  if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.reduce<number>((sum, item) => sum + valueCost(type.ofType, item, { weights, weight }), 0);
  }
  const own = weight ?? weights.get(type.name) ?? (isInputObjectType(type) ? 1 : 0);
  if (!isInputObjectType(type) || !isRecord(value)) return own;
  return Object.values(type.getFields()).reduce((sum, field) => {
    const inner = { weights, weight: weights.get(`${type.name}.${field.name}`) };
    return sum + valueCost(field.type, value[field.name], inner);
  }, own);
}

/**
 * How long a list the arguments ask for, at most; undefined where nothing says so. Throws GRAPHQL_VALIDATION_FAILED
 * where exactly one slicing argument is needed and another number of them is given; one with a default is.
 */
export function compileListSize(place: FieldPlace, listSize: ListSize): FromVariables<number | undefined> {
  const { slicingArguments, assumedSize, requireOneSlicingArgument } = listSize;
  const slicing = slicingArguments.flatMap((path) => {
    const [name, ...inner] = path.split('.');
    const argument = place.definition.args.find((each) => each.name === name);
    return argument === undefined ? [] : [{ path, argument, inner }];
  });
  if (slicing.length === 0) return () => assumedSize;
  return (variables) => {
    const sizes = slicing
      .map(({ argument, inner }) =>
        valueBelow(argument.type, argumentValue(argument, place.node, variables), inner),
      )
      .filter((size) => typeof size === 'number');
    if (requireOneSlicingArgument && sizes.length !== 1) throw needsOne(place, slicing, sizes.length);
    return sizes.length === 0 ? assumedSize : Math.max(0, ...sizes);
  };
}

function argumentValue(
  argument: GraphQLArgument,
  { arguments: given = [] }: FieldNode,
  variables: JsonObject,
): unknown {
  const node = given.find(({ name }) => name.value === argument.name);
  const value: unknown = node === undefined ? undefined : valueFromASTUntyped(node.value, variables);
  return value === undefined ? argument.defaultValue : value;
}

/** What stands in an input object at the end of a path of fields, or what is taken where it says nothing. */
function valueBelow(type: GraphQLInputType, value: unknown, [name, ...inner]: readonly string[]): unknown {
  if (name === undefined) return value;
  const object = getNamedType(type);
  const field = isInputObjectType(object) ? object.getFields()[name] : undefined;
  if (field === undefined || !isRecord(value)) return undefined;
  return valueBelow(field.type, value[name] === undefined ? field.defaultValue : value[name], inner);
}

function needsOne(
  { coordinate }: FieldPlace,
  slicing: readonly { readonly path: string }[],
  given: number,
): GatewayError {
  const names = slicing.map(({ path }) => path).join(', ');
  const reason = `${coordinate} needs exactly one of its arguments ${names}, and ${given} are given.`;
  return new GatewayError('GRAPHQL_VALIDATION_FAILED', { reason });
}
