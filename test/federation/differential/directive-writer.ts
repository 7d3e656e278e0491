/**
 * Directives for operations that subgraphs define themselves, and where a client might write them. Knows no executor.
 */

import type { DirectiveLocation, GraphQLSchema } from 'graphql';

import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import type { Pick } from './argument-writer.ts';

const DEFINED = `
  directive @mark(by: String = "d", deep: DeepMark) repeatable on QUERY | MUTATION | SUBSCRIPTION | FIELD
    | FRAGMENT_DEFINITION | FRAGMENT_SPREAD | INLINE_FRAGMENT | VARIABLE_DEFINITION
  directive @once(by: String) on INLINE_FRAGMENT | FRAGMENT_SPREAD | FRAGMENT_DEFINITION
  directive @spread on FRAGMENT_SPREAD
  directive @fragment on FRAGMENT_DEFINITION
  directive @reading on QUERY
  directive @change on MUTATION
  directive @event on SUBSCRIPTION
  input DeepMark { at: [String!]  n: Int = 3  color: MarkColor }
  enum MarkColor { RED BLUE }`;

const USES = [
  '@mark',
  '@mark(by: $mark)',
  '@mark(by: "x") @mark(by: "y")',
  '@mark(deep: { at: [$place], n: $count })',
  '@mark(deep: { at: "z", n: 5, color: RED })',
  '@once',
  '@once(by: $mark)',
  '@spread',
  '@fragment',
  '@reading',
  '@change',
  '@event',
];

const VARIABLES = [
  { name: 'mark', type: 'String', value: 'M' },
  { name: 'place', type: 'String! = "here"', value: 'there' },
  { name: 'count', type: 'Int', value: 7 },
];

/** Only what all subgraphs define reaches the clients. */
export function withDirectives(subgraphs: readonly FakeSubgraph[]): readonly FakeSubgraph[] {
  return subgraphs.map((each) => ({ ...each, sdl: `${each.sdl}${DEFINED}` }));
}

export class DirectiveWriter {
  readonly #locations: ReadonlyMap<string, readonly DirectiveLocation[]>;
  readonly #pick: Pick;

  constructor(schema: GraphQLSchema, pick: Pick) {
    this.#locations = new Map(schema.getDirectives().map(({ name, locations }) => [name, locations]));
    this.#pick = pick;
  }

  /** Most often nothing, and always where there are none. */
  at(location: `${DirectiveLocation}`): string {
    const uses = USES.filter((use) => this.#mayStand(use, location));
    return uses.length > 0 && this.#pick(3) === 3 ? uses[this.#pick(uses.length - 1)]! : '';
  }

  /** Definitions and values for what such directives in the text are given. */
  variablesOf(text: string): {
    definitions: readonly string[];
    variables: Readonly<Record<string, unknown>>;
  } {
    const named = VARIABLES.filter(({ name }) => new RegExp(`\\$${name}\\b`).test(text));
    const given = named.filter(() => this.#pick(1) === 1);
    return {
      definitions: named.map(({ name, type }) => `$${name}: ${type}`),
      variables: Object.fromEntries(given.map(({ name, value }) => [name, value])),
    };
  }

  #mayStand(use: string, location: `${DirectiveLocation}`): boolean {
    if (location === 'VARIABLE_DEFINITION' && use.includes('$')) return false;
    const name = /\w+/.exec(use)?.[0] ?? '';
    return this.#locations.get(name)?.some((each) => each === location) === true;
  }
}
