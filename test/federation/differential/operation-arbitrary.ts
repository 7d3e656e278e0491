/**
 * Operations that a client might send, made from a schema by fast-check: nested, aliased, in fragments, under
 * @skip and @include with variables and other directives, with arguments from the data, deferred if that is wanted. Knows no executor.
 */

import * as fc from 'fast-check';
import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { ArgumentWriter, type ArgumentChoices, type Pick } from './argument-writer.ts';
import { DirectiveWriter } from './directive-writer.ts';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** For what else has to be chosen. */
  readonly luck: readonly number[];
}

export interface OperationChoices extends ArgumentChoices {
  /** Fields for which nobody asks. */
  readonly unasked?: readonly string[];
  /** Whether there may be @skip and @include. */
  readonly isConditional?: boolean;
  /** Whether fragments are deferred. */
  readonly defers?: boolean;
}

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
const OPERATIONS = { query: 'QUERY', mutation: 'MUTATION', subscription: 'SUBSCRIPTION' } as const;
const MOST_DEPTH = 5;
const MOST_FIELDS = 40;

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #choices: OperationChoices;
  readonly #pick: Pick;
  readonly #fragments: string[] = [];
  /** The types of those fragments that are written whole. */
  readonly #types: GraphQLCompositeType[] = [];
  readonly #arguments: ArgumentWriter;
  readonly #directives: DirectiveWriter;
  #fields = 0;
  #labels = 0;

  constructor(schema: GraphQLSchema, choices: OperationChoices, pick: Pick) {
    this.#schema = schema;
    this.#choices = choices;
    this.#pick = pick;
    this.#arguments = new ArgumentWriter(choices, pick);
    this.#directives = new DirectiveWriter(schema, pick);
  }

  operation(): Omit<GeneratedOperation, 'luck'> {
    const mutationType = this.#schema.getMutationType();
    const { defers = false } = this.#choices;
    const events = this.#schema.getSubscriptionType();
    if (events != null && !defers && this.#chance(2))
      return this.#written('subscription', this.#oneField(events));
    const isMutation = mutationType != null && this.#pick(3) > 0;
    // At its root nothing can be deferred, and what is deferred below is told as of when all changes are made.
    if (isMutation && defers) return this.#written('mutation', this.#oneField(mutationType));
    const body = this.#selection(isMutation ? mutationType : this.#schema.getQueryType()!, 0);
    return this.#written(isMutation ? 'mutation' : 'query', body);
  }

  #written(kind: 'query' | 'mutation' | 'subscription', body: string): Omit<GeneratedOperation, 'luck'> {
    const definitions = [...this.#arguments.definitions];
    const variables: Record<string, unknown> = { ...this.#arguments.variables };
    const whole = this.#directives.at(OPERATIONS[kind]);
    const text = `${whole}${body}${this.#fragments.join('')}`;
    for (const name of CONDITIONS.filter((each) => text.includes(`$${each})`))) {
      const isDefaulted = this.#chance(4);
      definitions.push(`$${name}: Boolean! ${isDefaulted ? '= true' : ''}`);
      if (!isDefaulted) variables[name] = this.#chance(2);
    }
    const others = this.#directives.variablesOf(text);
    const all = [...definitions, ...others.definitions].map(
      (each) => `${each} ${this.#directives.at('VARIABLE_DEFINITION')}`,
    );
    const head = all.length === 0 ? kind : `${kind} (${all.join(', ')})`;
    return {
      query: [`${head} ${whole} ${body}`, ...this.#fragments].join('\n'),
      variables: { ...variables, ...others.variables },
    };
  }

  /** And no condition that would leave it out. */
  #oneField(type: GraphQLObjectType): string {
    return `{ ${this.#field(type, 0, this.#directives.at('FIELD'))} }`;
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
    if (kind === 9) return `${this.#alias('__typename', 6)}__typename ${this.#marks('FIELD')}`;
    const mayNarrow = this.#choices.defers === true || isAbstractType(type) || this.#chance(4);
    if (isUnionType(type) || (kind >= 6 && depth < MOST_DEPTH && mayNarrow))
      return this.#fragment(type, depth);
    return this.#field(type, depth);
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const known = this.#types.flatMap((each, index) =>
      doTypesOverlap(this.#schema, type, each) ? [`...F${index}`] : [],
    );
    if (known.length > 0 && this.#chance(6)) return `${this.#oneOf(known)} ${this.#marks('FRAGMENT_SPREAD')}`;
    const target = this.#target(type);
    const set = this.#selection(target, depth + 1);
    if (this.#chance(2)) {
      const on = target === type && this.#chance(3) ? '' : `on ${target.name}`;
      return `... ${on} ${this.#marks('INLINE_FRAGMENT')} ${this.#defer()} ${set}`;
    }
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(
      `fragment ${name} on ${target.name} ${this.#directives.at('FRAGMENT_DEFINITION')} ${set}`,
    );
    this.#types.push(target);
    const spread = `...${name} ${this.#marks('FRAGMENT_SPREAD')} ${this.#defer()}`;
    return this.#chance(4) ? `${spread} ...${name}` : spread;
  }

  /** The type itself, one of its objects, or another one that some of those are too, of an object now and then. */
  #target(type: GraphQLCompositeType): GraphQLCompositeType {
    if (this.#chance(5)) return type;
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    if (!this.#chance(isAbstractType(type) ? 5 : 2) && possible.length > 0) return this.#oneOf(possible);
    const all = Object.values(this.#schema.getTypeMap()).filter(isAbstractType);
    return this.#oneOf([type, ...all.filter((each) => doTypesOverlap(this.#schema, type, each))]);
  }

  #defer(): string {
    if (this.#choices.defers !== true || this.#chance(3)) return '';
    this.#labels += 1;
    const label = this.#chance(2) ? [`label: "L${this.#labels}"`] : [];
    const condition = this.#chance(4) ? [`if: $${this.#oneOf(CONDITIONS)}`] : [];
    const given = [...label, ...condition].join(', ');
    return given === '' ? '@defer' : `@defer(${given})`;
  }

  #field(
    type: Exclude<GraphQLCompositeType, { getTypes(): unknown }>,
    depth: number,
    marks = this.#marks('FIELD'),
  ): string {
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
    const given = this.#arguments.textOf(field);
    const key = given === '' ? this.#alias(field.name, 4) : this.#aliasOfMany(field.name);
    return `${key}${field.name}${given} ${marks} ${set}`;
  }

  /** Fields with arguments most often get a name of their own, for two of one object could not be merged. */
  #aliasOfMany(fieldName: string): string {
    if (!this.#chance(4)) return this.#alias(fieldName, 1);
    return ['', 'x: ', 'y: '][this.#pick(2)]!;
  }

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

  /** In whatever order. */
  #marks(location: 'FIELD' | 'FRAGMENT_SPREAD' | 'INLINE_FRAGMENT'): string {
    const others = this.#directives.at(location);
    const condition = this.#condition();
    return this.#fields % 2 === 0 ? `${others} ${condition}` : `${condition} ${others}`;
  }

  #condition(): string {
    const kind = this.#pick(11);
    if (kind < 9 || this.#choices.isConditional === false) return '';
    const skip = `@skip(if: $${this.#oneOf(CONDITIONS)})`;
    const include = `@include(if: $${this.#oneOf(CONDITIONS)})`;
    return [skip, include, `${skip} ${include}`][kind - 9]!;
  }
}
