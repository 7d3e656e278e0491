/**
 * Operations that a client might send, made from a schema by fast-check: nested, aliased, in fragments, under
 * @skip and @include with variables, with arguments from the data, deferred if that is wanted. Knows no executor.
 */

import * as fc from 'fast-check';
import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** For what else has to be chosen. */
  readonly luck: readonly number[];
}

/** Values for arguments, by the argument's name. */
export type ArgumentValues = Readonly<Record<string, readonly unknown[]>>;

export interface OperationChoices {
  readonly values: ArgumentValues;
  /** Fields for which nobody asks. */
  readonly unasked?: readonly string[];
  /** Whether there may be @skip and @include. */
  readonly isConditional?: boolean;
  /** Whether fragments are deferred. */
  readonly defers?: boolean;
}

/** A whole number from 0 to `most`. */
type Pick = (most: number) => number;

export function operationsOf(
  schema: GraphQLSchema,
  choices: OperationChoices,
): fc.Arbitrary<GeneratedOperation> {
  return fc.gen().map((draw) => {
    const pick: Pick = (most) => draw(fc.nat, most);
    const luck = Array.from({ length: 12 }, () => pick(2 ** 16));
    return { ...new OperationWriter(schema, choices, pick).operation(), luck };
  });
}

const CONDITIONS = ['a', 'b', 'c'] as const;
const MOST_DEPTH = 5;
const MOST_FIELDS = 40;

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #choices: OperationChoices;
  readonly #pick: Pick;
  readonly #fragments: string[] = [];
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  #fields = 0;
  #labels = 0;

  constructor(schema: GraphQLSchema, choices: OperationChoices, pick: Pick) {
    this.#schema = schema;
    this.#choices = choices;
    this.#pick = pick;
  }

  operation(): Omit<GeneratedOperation, 'luck'> {
    const mutationType = this.#schema.getMutationType();
    // At the root of a mutation nothing can be deferred.
    const { defers = false } = this.#choices;
    const isMutation = mutationType != null && !defers && this.#pick(3) > 0;
    for (const name of CONDITIONS) {
      const isDefaulted = this.#chance(4);
      this.#definitions.push(`$${name}: Boolean! ${isDefaulted ? '= true' : ''}`);
      if (!isDefaulted) this.#variables[name] = this.#chance(2);
    }
    const body = this.#selection(isMutation ? mutationType : this.#schema.getQueryType()!, 0);
    const kind = isMutation ? 'mutation' : 'query';
    const text = `${body}${this.#fragments.join('')}`;
    const idle = CONDITIONS.filter((name) => !text.includes(`$${name})`));
    const definitions = this.#definitions.filter(
      (definition) => !idle.some((name) => definition.startsWith(`$${name}:`)),
    );
    const isIdle = ([given]: [string, unknown]) => idle.some((name) => name === given);
    const variables = Object.fromEntries(Object.entries(this.#variables).filter((each) => !isIdle(each)));
    const head = definitions.length === 0 ? kind : `${kind} (${definitions.join(', ')})`;
    return { query: [`${head} ${body}`, ...this.#fragments].join('\n'), variables };
  }

  /** One in `often`. */
  #chance(often: number): boolean {
    return this.#pick(often - 1) === often - 1;
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#pick(all.length - 1)]!;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.#pick(3);
    const parts = Array.from({ length: count }, () => this.#part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLCompositeType, depth: number): string {
    const kind = this.#pick(9);
    if (kind === 9) return `${this.#alias('__typename', 6)}__typename ${this.#condition()}`;
    const mayNarrow = this.#choices.defers === true || isAbstractType(type) || this.#chance(4);
    if (isUnionType(type) || (kind >= 6 && depth < MOST_DEPTH && mayNarrow))
      return this.#fragment(type, depth);
    return this.#field(type, depth);
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const target = this.#target(type);
    const set = this.#selection(target, depth + 1);
    if (this.#chance(2)) return `... on ${target.name} ${this.#condition()} ${this.#defer()} ${set}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${target.name} ${set}`);
    const spread = `...${name} ${this.#condition()} ${this.#defer()}`;
    return this.#chance(4) ? `${spread} ...${name}` : spread;
  }

  /** The type itself, one of its objects, or now and then another one that some of those are too. */
  #target(type: GraphQLCompositeType): GraphQLCompositeType {
    if (!isAbstractType(type) || this.#chance(5)) return type;
    if (!this.#chance(5)) return this.#oneOf(this.#schema.getPossibleTypes(type));
    const all = Object.values(this.#schema.getTypeMap()).filter(isAbstractType);
    return this.#oneOf(all.filter((each) => doTypesOverlap(this.#schema, type, each)));
  }

  #defer(): string {
    if (this.#choices.defers !== true || this.#chance(3)) return '';
    this.#labels += 1;
    const label = this.#chance(2) ? [`label: "L${this.#labels}"`] : [];
    const condition = this.#chance(4) ? [`if: $${this.#oneOf(CONDITIONS)}`] : [];
    const given = [...label, ...condition].join(', ');
    return given === '' ? '@defer' : `@defer(${given})`;
  }

  #field(type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>, depth: number): string {
    this.#fields += 1;
    const { unasked = [] } = this.#choices;
    const all = Object.values(type.getFields()).filter(({ name }) => !unasked.includes(name));
    const isDeep = depth >= MOST_DEPTH || this.#fields > MOST_FIELDS;
    const leaves = all.filter((field) => !isCompositeType(getNamedType(field.type)));
    const candidates = isDeep ? leaves : all;
    if (candidates.length === 0) return '__typename';
    const field = this.#oneOf(candidates);
    const named = getNamedType(field.type);
    const set = isCompositeType(named) ? this.#selection(named, depth + 1) : '';
    const given = this.#arguments(field);
    return `${this.#alias(field.name, given === '' ? 4 : 1)}${field.name}${given} ${this.#condition()} ${set}`;
  }

  /** Fields with arguments always get a name of their own, for two of them could not be merged. */
  #alias(fieldName: string, often: number): string {
    if (!this.#chance(often)) return '';
    if (often > 1 && this.#chance(3)) return `${this.#otherName()}: `;
    this.#fields += 1;
    return `${fieldName.replaceAll('_', '')}${this.#fields}: `;
  }

  /** The name of some field of the schema, to stand in the way of others. */
  #otherName(): string {
    const types = Object.values(this.#schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith('__'),
    );
    const type = this.#oneOf(types);
    return isObjectType(type) ? this.#oneOf(Object.keys(type.getFields())) : 'other';
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap((argument) => {
      const { name, type } = argument;
      const candidates = this.#choices.values[name];
      if (candidates === undefined) {
        if (isRequiredArgument(argument)) throw new Error(`no values for the argument ${name}`);
        return [];
      }
      if (!isNonNullType(type) && this.#chance(3)) return [];
      const value = this.#oneOf(candidates);
      if (this.#chance(2)) {
        const literal = JSON.stringify(value);
        return [`${name}: ${isEnumType(getNamedType(type)) ? literal.replaceAll('"', '') : literal}`];
      }
      const variable = `v${this.#definitions.length}`;
      this.#definitions.push(`$${variable}: ${String(type)}`);
      this.#variables[variable] = value;
      return [`${name}: $${variable}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  #condition(): string {
    const kind = this.#pick(11);
    if (kind < 9 || this.#choices.isConditional === false) return '';
    const skip = `@skip(if: $${this.#oneOf(CONDITIONS)})`;
    const include = `@include(if: $${this.#oneOf(CONDITIONS)})`;
    return [skip, include, `${skip} ${include}`][kind - 9]!;
  }
}
