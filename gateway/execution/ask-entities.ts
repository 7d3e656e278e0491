/**
 * Several entity fetches of one subgraph made as one call: the same question about more entities, or several
 * questions in one document. Each gets its own answer back. Knows neither plan nor time.
 */

import type { JsonObject } from '../base/is-record.ts';
import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import { aliasOf, canShareDocument, headOfAll, REPRESENTATIONS, type EntityQuery } from './entity-query.ts';
import { setOwn, type Data } from './own-property.ts';
import { ENTITIES, partOf } from './part-of-answer.ts';

/** A document grows with each question in it, and so does what a subgraph must check before it begins. */
const MOST_IN_ONE_DOCUMENT = 100;

export interface EntityQuestion {
  readonly query: EntityQuery;
  /** Each once. */
  readonly representations: readonly JsonObject[];
  /** The client's variables that the query uses. */
  readonly variables: JsonObject;
}

/** Sends a body to the subgraph; never rejects. */
export type Ask = (body: string) => Promise<SubgraphAnswer>;

export interface Waiting extends EntityQuestion {
  readonly settle: (answer: Promise<SubgraphAnswer>) => void;
}

/** In as few calls as can hold them all. */
export function askTogether(questions: readonly Waiting[], ask: Ask): void {
  for (const call of callsFor(questions)) send(call, ask);
}

/** Questions with the same query, which become one. */
interface Group {
  readonly query: EntityQuery;
  readonly members: readonly Member[];
  /** Of all members, each once. */
  readonly representations: readonly JsonObject[];
}

interface Member {
  readonly question: Waiting;
  /** For each of its representations the place in the group's list; undefined where that is its own. */
  readonly places: readonly number[] | undefined;
}

function callsFor(questions: readonly Waiting[]): readonly (readonly Group[])[] {
  const calls: Group[][] = [];
  for (const [first, ...others] of Map.groupBy(questions, ({ query }) => query.selection).values()) {
    if (first === undefined) continue;
    const group = groupOf(first, others);
    const fitting = calls.find(
      (call) =>
        call.length < MOST_IN_ONE_DOCUMENT && call.every(({ query }) => canShareDocument(query, group.query)),
    );
    if (fitting === undefined) calls.push([group]);
    else fitting.push(group);
  }
  return calls;
}

function groupOf(first: Waiting, others: readonly Waiting[]): Group {
  const { query, representations } = first;
  if (others.length === 0)
    return { query, members: [{ question: first, places: undefined }], representations };
  const all: JsonObject[] = [];
  const indexes = new Map<string, number>();
  const placeOf = (representation: JsonObject): number => {
    const text = JSON.stringify(representation);
    const known = indexes.get(text);
    if (known !== undefined) return known;
    indexes.set(text, all.length);
    return all.push(representation) - 1;
  };
  const members = [first, ...others].map((question) => ({
    question,
    places: question.representations.map(placeOf),
  }));
  return { query, members, representations: all };
}

function send(call: readonly Group[], ask: Ask): void {
  const questions = call.flatMap(({ members }) => members.map(({ question }) => question));
  const [first] = questions;
  if (first !== undefined && questions.length === 1) {
    first.settle(ask(bodyOfOne(first)));
    return;
  }
  const whole = ask(bodyOfAll(call, questions));
  const aliases = call.map((_group, index) => (call.length === 1 ? ENTITIES : aliasOf(index)));
  for (const [index, group] of call.entries()) {
    const alias = aliases[index] ?? ENTITIES;
    const { length: count } = group.representations;
    const taken = new Set<number>();
    for (const { question, places } of group.members) {
      // A subgraph that answers nothing for one question may still answer the others.
      const part = whole.then((answer) =>
        isRefusal(answer)
          ? ask(bodyOfOne(question))
          : partOf(answer, { alias, aliases, count, places, taken }),
      );
      question.settle(part);
    }
  }
}

function isRefusal(answer: SubgraphAnswer): boolean {
  return answer.kind === 'answered' && answer.data === null;
}

function bodyOfOne({ query, representations, variables }: EntityQuestion): string {
  return bodyOf(query.head, variables, [[REPRESENTATIONS, representations]]);
}

function bodyOfAll(call: readonly Group[], questions: readonly EntityQuestion[]): string {
  const queries = call.map(({ query }) => query);
  const [only] = queries;
  const isOne = queries.length === 1 && only !== undefined;
  const variables: Data = {};
  for (const question of questions) {
    for (const [name, value] of Object.entries(question.variables)) setOwn(variables, name, value);
  }
  const lists = call.map(
    ({ representations }, index) => [isOne ? REPRESENTATIONS : aliasOf(index), representations] as const,
  );
  return bodyOf(isOne ? only.head : headOfAll(queries), variables, lists);
}

type RepresentationList = readonly [variable: string, representations: readonly JsonObject[]];

export function bodyOf(head: string, variables: JsonObject, lists: readonly RepresentationList[]): string {
  let given = isEmpty(variables) ? '' : JSON.stringify(variables).slice(1, -1);
  for (const [name, representations] of lists)
    given += `${given === '' ? '' : ','}"${name}":${JSON.stringify(representations)}`;
  return `${head}{${given}}}`;
}

function isEmpty(object: JsonObject): boolean {
  for (const name in object) if (Object.hasOwn(object, name)) return false;
  return true;
}
