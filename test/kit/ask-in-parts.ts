/**
 * A client that takes its answer in parts: reads multipart/mixed as it comes and puts the parts together by the rules
 * of either format, strictly. Knows no gateway.
 */

import { readMultipart } from './read-multipart.ts';

export type AnswerPath = readonly (string | number)[];

export interface Payload {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly hasNext?: boolean;
  readonly pending?: readonly { readonly id: string; readonly path: AnswerPath; readonly label?: string }[];
  readonly incremental?: readonly Addition[];
  readonly completed?: readonly { readonly id: string; readonly errors?: readonly unknown[] }[];
}

interface Addition {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
  /** In the newer format. */
  readonly id?: string;
  readonly subPath?: AnswerPath;
  /** In the older one. */
  readonly path?: AnswerPath;
  readonly label?: string;
}

export const V0_2 =
  'multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9';
export const DEFER_2022 =
  'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9';

export interface PartsAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The next part; undefined at the end. */
  readonly next: () => Promise<Payload | undefined>;
  /** All parts that are still to come. */
  readonly rest: () => Promise<readonly Payload[]>;
}

export interface PartsQuestion {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function askInParts(url: string, question: PartsQuestion): Promise<PartsAnswer> {
  const { query, variables, accept = V0_2, signal, headers = {} } = question;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query, variables }),
    ...(signal === undefined ? {} : { signal }),
  });
  const isMultipart = response.headers.get('content-type')?.startsWith('multipart/mixed') ?? false;
  const parts = isMultipart ? readMultipart<Payload>(response, '-') : wholeAnswer(response);
  const next = async () => {
    const { done, value } = await parts.next();
    return done === true ? undefined : value;
  };
  const { status, headers: responseHeaders } = response;
  return { status, headers: responseHeaders, next, rest: () => allOf(parts) };
}

async function allOf(parts: AsyncIterable<Payload>): Promise<readonly Payload[]> {
  const all: Payload[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

async function* wholeAnswer(response: Response): AsyncGenerator<Payload> {
  // Reason for the cast: an answer of the gateway under test.
  yield (await response.json()) as Payload;
}

export interface MergedAnswer {
  readonly data: unknown;
  readonly errors: readonly unknown[];
}

/** Throws where a part cannot be put where it says. */
export function mergeParts(payloads: readonly Payload[]): MergedAnswer {
  const [first, ...later] = payloads;
  const data = structuredClone(first?.data);
  const errors = [...(first?.errors ?? [])];
  const pending = new Map((first?.pending ?? []).map((part) => [part.id, part.path]));
  for (const { pending: added = [], incremental = [], completed = [] } of later) {
    for (const { id, path } of added) pending.set(id, path);
    for (const addition of incremental) {
      errors.push(...(addition.errors ?? []));
      put(data, addition, pending);
    }
    for (const { id, errors: own = [] } of completed) {
      if (!pending.delete(id)) throw new Error(`${id} was not pending`);
      errors.push(...own);
    }
  }
  if (pending.size > 0) throw new Error(`never completed: ${[...pending.keys()].join(', ')}`);
  return { data, errors };
}

function put(data: unknown, addition: Addition, pending: ReadonlyMap<string, AnswerPath>): void {
  const { id, path = [], data: added } = addition;
  if (id === undefined) mergeInto(objectAt(data, path), added ?? {});
  else addNew(objectAt(data, pathOf(pending, addition)), added ?? {});
}

function pathOf(pending: ReadonlyMap<string, AnswerPath>, { id = '', subPath = [] }: Addition): AnswerPath {
  const path = pending.get(id);
  if (path === undefined) throw new Error(`${id} is not pending`);
  return [...path, ...subPath];
}

type Json = Record<string, unknown>;

function objectAt(data: unknown, path: AnswerPath): Json {
  let value = data;
  // Reason for the cast: what is no object has no such key either.
  for (const key of path) value = (value as Json | undefined)?.[key];
  if (typeof value !== 'object' || value === null) throw new Error(`nothing stands at ${path.join('.')}`);
  // Reason for the cast: the line above has ruled out everything else.
  return value as Json;
}

/** Of the newer format: nothing comes twice. */
function addNew(target: Json, added: Json): void {
  for (const [key, value] of Object.entries(added)) {
    if (Object.hasOwn(target, key)) throw new Error(`${key} comes twice`);
    define(target, key, structuredClone(value));
  }
}

/** Of the older format: a part repeats what was there. */
function mergeInto(target: Json, added: Json): void {
  for (const [key, value] of Object.entries(added)) {
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(present) && isObject(value)) mergeInto(present, value);
    else define(target, key, structuredClone(value));
  }
}

function define(target: Json, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Lists too: their items have indexes for names. */
function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
