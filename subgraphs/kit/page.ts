/**
 * Pages of lists by keyset: the rows after a sort value and an id, never an offset, so that a page costs the same
 * however far it is and no row is skipped when others come in. One statement gives one page, or one page for each
 * of many parents. Knows no GraphQL; `connection.ts` makes Relay connections of it.
 */

import { sql, type RawBuilder } from 'kysely';

import { parseCursor, printCursor, type Cursor } from './cursor.ts';
import type { Database } from './database.ts';
import { badInput } from './known-error.ts';

/** By what a list is ordered; `id` breaks ties. */
export interface Keyset {
  /** Unique among all lists of the system, such as `customers/NAME/ASC`: cursors carry it. */
  readonly order: string;
  readonly column: string;
  readonly type: 'text' | 'timestamptz' | 'date' | 'bigint';
  readonly direction: 'ASC' | 'DESC';
}

export interface PageRequest {
  readonly first: number;
  readonly after?: Cursor | undefined;
}

/** What a list reads: a table or a join, its rows' columns and the conditions that narrow it. */
export interface Listing {
  readonly from: RawBuilder<unknown>;
  readonly columns: RawBuilder<unknown>;
  readonly where: readonly RawBuilder<boolean>[];
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** One for each row, in the same order. */
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

interface CursorColumns {
  readonly cursorValue: string;
  readonly id: string;
}

/** Reads `after` of a request; throws BAD_USER_INPUT naming it if it is no cursor of this order. */
export function pageRequestOf(first: number, after: string | null | undefined, keyset: Keyset): PageRequest {
  return { first, after: after == null ? undefined : parseCursor(after, keyset.order, 'after') };
}

/** One page of the whole list, in one statement. */
export async function readPage<Row extends { readonly id: string }>(
  database: Database,
  listing: Listing,
  keyset: Keyset,
  request: PageRequest,
): Promise<Page<Row>> {
  const statement = sql<
    Row & CursorColumns
  >`${selection(listing, keyset, request)} limit ${request.first + 1}`;
  const { rows } = await refuseBadCursor(statement.execute(database));
  return pageOf(rows, keyset, request);
}

/**
 * The same page for each of many parents, in one statement. `parentColumn` holds the parent's id; a parent without
 * rows has an empty page.
 */
export async function readPagesOfParents<Row extends { readonly id: string }>(
  database: Database,
  listing: Listing & { readonly parentColumn: string },
  keyset: Keyset,
  request: PageRequest & { readonly parentIds: readonly string[] },
): Promise<ReadonlyMap<string, Page<Row>>> {
  const ofParent = sql<boolean>`${sql.ref(listing.parentColumn)} = parent.id`;
  const child = selection({ ...listing, where: [ofParent, ...listing.where] }, keyset, request);
  const statement = sql<Row & CursorColumns & { parentId: string }>`
    select parent.id as parent_id, child.*
    from unnest(${[...request.parentIds]}::text[]) with ordinality as parent(id, place)
    cross join lateral (${child} limit ${request.first + 1}) as child
    order by parent.place, child.cursor_sort ${directionOf(keyset)}, child.id ${directionOf(keyset)}`;
  const { rows } = await refuseBadCursor(statement.execute(database));
  const byParent = Map.groupBy(rows, (row) => row.parentId);
  return new Map(request.parentIds.map((id) => [id, pageOf<Row>(byParent.get(id) ?? [], keyset, request)]));
}

/** How many rows the whole list has. */
export async function countRows(
  database: Database,
  listing: Pick<Listing, 'from' | 'where'>,
): Promise<number> {
  const { rows } = await sql<{ total: bigint }>`
    select count(*) as total from ${listing.from} ${whereClause(listing.where)}`.execute(database);
  return Number(rows[0]?.total ?? 0n);
}

/** How many rows each parent has, in one statement. */
export async function countRowsOfParents(
  database: Database,
  listing: Pick<Listing, 'from' | 'where'> & { readonly parentColumn: string },
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const parent = sql.ref(listing.parentColumn);
  const where = [sql<boolean>`${parent} = any(${[...parentIds]}::text[])`, ...listing.where];
  const { rows } = await sql<{ parentId: string; total: bigint }>`
    select ${parent} as parent_id, count(*) as total from ${listing.from} ${whereClause(where)} group by 1`.execute(
    database,
  );
  return new Map(rows.map((row) => [row.parentId, Number(row.total)]));
}

function selection(listing: Listing, keyset: Keyset, { after }: PageRequest): RawBuilder<unknown> {
  const column = sql.ref(keyset.column);
  const where = after === undefined ? listing.where : [...listing.where, isAfter(keyset, after)];
  return sql`
    select ${listing.columns}, ${column} as cursor_sort, ${column}::text as cursor_value
    from ${listing.from} ${whereClause(where)}
    order by ${column} ${directionOf(keyset)}, id ${directionOf(keyset)}`;
}

function isAfter(keyset: Keyset, after: Cursor): RawBuilder<boolean> {
  const sign = sql.raw(keyset.direction === 'ASC' ? '>' : '<');
  return sql`(${sql.ref(keyset.column)}, id) ${sign} (${after.value}::${sql.raw(keyset.type)}, ${after.id})`;
}

function whereClause(conditions: readonly RawBuilder<boolean>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
}

function directionOf(keyset: Keyset): RawBuilder<unknown> {
  return sql.raw(keyset.direction === 'ASC' ? 'asc' : 'desc');
}

function pageOf<Row extends { readonly id: string }>(
  rows: readonly (Row & CursorColumns)[],
  keyset: Keyset,
  request: PageRequest,
): Page<Row> {
  const kept = rows.slice(0, request.first);
  return {
    rows: kept,
    cursors: kept.map((row) => printCursor({ order: keyset.order, value: row.cursorValue, id: row.id })),
    hasNextPage: rows.length > request.first,
    hasPreviousPage: request.after !== undefined,
  };
}

/** A forged cursor may hold a value that PostgreSQL cannot read as the column's type (SQLSTATE class 22). */
async function refuseBadCursor<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('22')) {
      throw badInput('after', 'Not a cursor that this list gave out.');
    }
    throw error;
  }
}
