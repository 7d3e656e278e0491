/**
 * Executes the cells that can be read: one aliased query for each field, asker and object, many in one request. Knows
 * which way is taken and what came back, not what should have.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import { principalOf, type Asker } from './asker.ts';
import type { ThingsOf, World } from './find-things.ts';
import { SHAPES, type Step } from './find-ways.ts';
import type { PolicyLine } from './policy.ts';
import type { Answer, AnsweredError, ServedCompany } from './serve-company.ts';

/** `absent`: there is nothing to read the field of, without an error. `failed`: neither an answer nor a denial. */
export type Seen =
  | { readonly kind: 'allowed'; readonly value: string }
  | { readonly kind: 'refused'; readonly place: string; readonly rule: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly because: string };

/** Where one begins, and over which fields one gets to the type. */
export interface Way {
  /** A type that is entered by its key, at a subgraph; the root otherwise. */
  readonly entity?: string;
  readonly steps: readonly Step[];
}

export interface Reading {
  readonly line: PolicyLine;
  readonly asker: Asker;
  readonly world: World;
  readonly way: Way;
}

/** Small enough for every limit on a query's size. */
const CELLS_A_REQUEST = 30;
const REQUESTS_AT_ONCE = 4;
/** Of the gateway, when it knows without asking; of a subgraph. */
const REFUSALS = new Set(['FORBIDDEN', 'FORBIDDEN_FIELD', 'UNAUTHORIZED_FIELD_OR_TYPE']);

export function isRefusal({ extensions }: AnsweredError): boolean {
  return REFUSALS.has(extensions?.code ?? '');
}

export function refusalSeen({ extensions }: AnsweredError): Seen {
  const { field = '', rule = '' } = extensions?.details ?? {};
  return { kind: 'refused', place: field, rule };
}

/** In the order of the readings. */
export async function readCells(
  readings: readonly Reading[],
  where: 'gateway' | 'subgraph',
  { company, things }: { readonly company: ServedCompany; readonly things: ThingsOf },
): Promise<readonly Seen[]> {
  const seen = new Map<Reading, Seen>();
  const groups = Map.groupBy(readings, ({ line, asker, world }) =>
    [where === 'gateway' ? '' : line.system, asker, world].join(' '),
  );
  const requests = [...groups.values()].flatMap((group) => chunksOf(group, CELLS_A_REQUEST));
  const waiting = requests[Symbol.iterator]();
  const work = async () => {
    for (const request of waiting) {
      const query = `{ ${request.map((reading, index) => textOf(reading, `c${index}`, things)).join(' ')} }`;
      const answer = await ask(company, where, request, query);
      request.forEach((reading, index) => seen.set(reading, seenIn(answer, `c${index}`, reading)));
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  return readings.map((reading) => seen.get(reading) ?? { kind: 'failed', because: 'it was not asked' });
}

async function ask(
  company: ServedCompany,
  where: 'gateway' | 'subgraph',
  [first]: readonly Reading[],
  query: string,
): Promise<Answer> {
  if (first === undefined) return {};
  const principal: Principal = principalOf(first.asker);
  return where === 'gateway'
    ? company.ask(principal, { query })
    : company.askSubgraph(first.line.system, principal, { query });
}

function textOf({ line, world, way }: Reading, alias: string, things: ThingsOf): string {
  const { lookups, references } = things[world];
  const { system, type, field, place } = line;
  const call = (from: string, name: string) =>
    from === 'Query' && lookups[name] !== undefined ? `${name}(${lookups[name]})` : name;
  const selection = SHAPES[system].composite.has(place) ? ' { __typename }' : '';
  const target = `${call(type, field)}${selection}`;
  const inner = way.steps.reduceRight((text, step) => `${call(step.from, step.field)} { ${text} }`, target);
  if (way.entity === undefined) return `${alias}: ${inner}`;
  const reference = literalOf(references[`${system} ${way.entity}`]);
  return `${alias}: _entities(representations: [${reference}]) { ... on ${way.entity} { ${inner} } }`;
}

/** A value as GraphQL writes it: JSON, with the names of fields unquoted. */
export function literalOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${literalOf(inner)}`)
    .join(', ')} }`;
}

function seenIn({ data, errors = [] }: Answer, alias: string, { line, way }: Reading): Seen {
  const own = errors.filter(({ path }) => path === undefined || path[0] === alias);
  const refusal = own.find(isRefusal);
  if (refusal !== undefined) return refusalSeen(refusal);
  const [error] = own;
  if (error !== undefined)
    return { kind: 'failed', because: `${error.extensions?.code ?? ''} ${error.message}`.trim() };
  // The alias stands for the first field, or for the list of references.
  const names = [...way.steps.map(({ field }) => field), line.field];
  const inner = way.entity === undefined ? names.slice(1) : names;
  const begun: unknown = data?.[alias];
  if (inner.length === 0) return { kind: 'allowed', value: JSON.stringify(begun) };
  const parents = inner
    .slice(0, -1)
    .reduce(flatValuesOf, flat([begun]))
    .filter(isObject);
  if (parents.length === 0) return { kind: 'absent' };
  return { kind: 'allowed', value: JSON.stringify(parents.map((parent) => parent[line.field])) };
}

function flatValuesOf(values: readonly unknown[], name: string): readonly unknown[] {
  return flat(values.filter(isObject).map((value) => value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A list's items instead of the list. */
function flat(values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => (Array.isArray(value) ? flat(value) : [value]));
}

function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_unused, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
