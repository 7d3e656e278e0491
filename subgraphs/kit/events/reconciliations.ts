/**
 * The list of comparisons: who wanted one, when it was made and what differed. The worker works it off; a command adds
 * to it and reads what came of it.
 */

import { sql } from 'kysely';

import type { Database } from '../database.ts';
import { compareCopies, type Comparison, type ComparisonOptions } from './compare-copies.ts';
import type { Copy } from './system-events.ts';

export interface Reconciliation {
  readonly id: bigint;
  readonly repairs: boolean;
  readonly finishedAt: Date | null;
  readonly compared: number | null;
  readonly problem: string | null;
}

export interface DriftRow {
  readonly owner: string;
  readonly entity: string;
  readonly field: string;
  readonly differences: number;
}

/** Who asks when it is time. */
const CLOCK = 'the worker’s clock';

/** Gives its number. */
export async function requestReconciliation(
  database: Database,
  { by, repairs }: { readonly by: string; readonly repairs: boolean },
): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    insert into reconciliation (requested_by, repairs) values (${by}, ${repairs}) returning id`.execute(
    database,
  );
  return rows[0]?.id ?? 0n;
}

export async function readReconciliation(
  database: Database,
  id: bigint,
): Promise<Reconciliation | undefined> {
  const { rows } = await sql<Reconciliation>`
    select id, repairs, finished_at, compared, problem from reconciliation where id = ${id}`.execute(
    database,
  );
  return rows[0];
}

/** What differed, by owner, entity and field; of the latest one that came to an end where no number is given. */
export async function readDrift(database: Database, id?: bigint): Promise<readonly DriftRow[]> {
  const { rows } = await sql<DriftRow>`
    select owner, entity, field, count(*)::integer as differences from copy_difference
    where reconciliation_id = coalesce(${id ?? null}::bigint,
      (select id from reconciliation where finished_at is not null and problem is null order by id desc limit 1))
    group by owner, entity, field order by owner, entity, field`.execute(database);
  return rows;
}

/** Ids of what differs, for a person who wants to look. */
export async function readDifferingIds(
  database: Database,
  id: bigint,
  { entity, field }: Pick<DriftRow, 'entity' | 'field'>,
  first: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ entityId: string }>`
    select entity_id from copy_difference
    where reconciliation_id = ${id} and entity = ${entity} and field = ${field}
    order by entity_id limit ${first}`.execute(database);
  return rows.map(({ entityId }) => entityId);
}

/** Makes what was asked for, and one by itself when the last is older than `everyMs`, if given; gives what it found. */
export async function workOffReconciliations(
  copies: readonly Copy[],
  options: Omit<ComparisonOptions, 'repairs'>,
  everyMs: number | undefined,
): Promise<readonly Comparison[]> {
  const { database } = options;
  if (everyMs !== undefined) await requestWhenDue(database, everyMs);
  const { rows } = await sql<Reconciliation>`
    select id, repairs from reconciliation where finished_at is null order by id`.execute(database);
  const made: Comparison[] = [];
  for (const { id, repairs } of rows) made.push(...(await make(copies, { ...options, repairs }, id)));
  return made;
}

async function requestWhenDue(database: Database, everyMs: number): Promise<void> {
  await sql`
    insert into reconciliation (requested_by, repairs) select ${CLOCK}, false
    where not exists (select from reconciliation
      where finished_at is null or requested_at > now() - make_interval(secs => ${everyMs / 1000}))`.execute(
    database,
  );
}

async function make(
  copies: readonly Copy[],
  options: ComparisonOptions,
  id: bigint,
): Promise<readonly Comparison[]> {
  const { database } = options;
  try {
    const comparison = await compareCopies(copies, options);
    await writeDown(database, id, comparison);
    return [comparison];
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await sql`update reconciliation set finished_at = now(), problem = ${problem} where id = ${id}`.execute(
      database,
    );
    return [];
  }
}

async function writeDown(
  database: Database,
  id: bigint,
  { compared, differences }: Comparison,
): Promise<void> {
  const column = (read: (difference: Comparison['differences'][number]) => string) =>
    sql`${differences.map(read)}::text[]`;
  await database.transaction().execute(async (transaction) => {
    await sql`
      insert into copy_difference (reconciliation_id, owner, entity, entity_id, field)
      select ${id}, * from unnest(${column(({ owner }) => owner)}, ${column(({ entity }) => entity)},
        ${column((difference) => difference.id)}, ${column(({ field }) => field)})
      on conflict do nothing`.execute(transaction);
    await sql`
      update reconciliation set finished_at = now(), compared = ${compared} where id = ${id}`.execute(
      transaction,
    );
  });
}
