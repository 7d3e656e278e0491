/**
 * The arguments of a field as a client might give them: values written out, variables in their place or inside of them,
 * and variables that are left out, null, or of a type that allows more than the argument does. Knows no field's meaning.
 */

import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';

import { isRecord } from '../../../gateway/base/is-record.ts';

/** Values for arguments, by the argument's name. */
export type ArgumentValues = Readonly<Record<string, readonly unknown[]>>;

/** A whole number from 0 to `most`. */
export type Pick = (most: number) => number;

export interface ArgumentChoices {
  readonly values: ArgumentValues;
  /** Whether no null is given for what may not be null; what a field costs that fails thereby may depend on the plan. */
  readonly isHarmless?: boolean;
}

interface Place {
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}

export class ArgumentWriter {
  readonly definitions: string[] = [];
  readonly variables: Record<string, unknown> = {};
  readonly #choices: ArgumentChoices;
  readonly #pick: Pick;

  constructor(choices: ArgumentChoices, pick: Pick) {
    this.#choices = choices;
    this.#pick = pick;
  }

  /** In parentheses; nothing where none are given. */
  textOf(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap((argument) => {
      const { name, type } = argument;
      const candidates = this.#choices.values[name];
      if (candidates === undefined) {
        if (isRequiredArgument(argument)) throw new Error(`no values for the argument ${name}`);
        return [];
      }
      if (!isNonNullType(type) && this.#chance(3)) return [];
      const value = candidates[this.#pick(candidates.length - 1)];
      return [`${name}: ${this.#chance(2) ? this.#literal(value, type) : this.#variable(value, argument)}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  /** One in `often`. */
  #chance(often: number): boolean {
    return this.#pick(often - 1) === often - 1;
  }

  #literal(value: unknown, type: GraphQLInputType): string {
    return written(value, type, (inner, place) =>
      this.#chance(3) ? this.#variable(inner, place) : this.#literal(inner, place.type),
    );
  }

  #variable(value: unknown, { type, defaultValue }: Place): string {
    const name = `v${this.definitions.length}`;
    const ownDefault = this.#chance(5) ? ` = ${plain(value, type)}` : '';
    // Where there is a default, a variable may be null by its type although the place may not.
    const mayBeLoose = defaultValue !== undefined || (ownDefault !== '' && value !== null);
    const said = mayBeLoose && this.#chance(3) ? getNullableType(type) : type;
    this.definitions.push(`$${name}: ${String(said)}${ownDefault}`);
    const turn = this.#pick(5);
    if (turn === 0 && (ownDefault !== '' || !isNonNullType(said))) return `$${name}`;
    const mayBeNull = !isNonNullType(this.#choices.isHarmless === true ? type : said);
    this.variables[name] = turn === 1 && mayBeNull ? null : value;
    return `$${name}`;
  }
}

function plain(value: unknown, type: GraphQLInputType): string {
  return written(value, type, (inner, place) => plain(inner, place.type));
}

function written(
  value: unknown,
  given: GraphQLInputType,
  part: (inner: unknown, place: Place) => string,
): string {
  const type = getNullableType(given);
  if (isListType(type) && Array.isArray(value)) {
    const { ofType } = type;
    // A value alone is a list of one.
    if (value.length === 1 && !isListType(getNullableType(ofType))) return plain(value[0], ofType);
    return `[${value.map((item) => part(item, { type: ofType })).join(', ')}]`;
  }
  if (isInputObjectType(type) && isRecord(value)) {
    const fields = type.getFields();
    const parts = Object.entries(value).map(([name, inner]) => `${name}: ${part(inner, fields[name]!)}`);
    return `{ ${parts.join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : untyped(value);
}

/** The names of an object stand without quotation marks. */
function untyped(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(untyped).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, each]) => `${name}: ${untyped(each)}`);
  return `{ ${parts.join(', ')} }`;
}
