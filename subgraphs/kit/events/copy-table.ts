/**
 * Reads a table of copies for a comparison. Knows no entity.
 */

import { sql } from 'kysely';

import type { Database } from '../database.ts';
import type { Copy, CopyFields, CopyRange } from './system-events.ts';

export interface CopyTable {
  readonly table: string;
  /** The column with the entity's id. */
  readonly key: string;
  /** Columns by the field of the entity that each is a copy of. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The reading half of a `Copy`; truth values read `true` and `false`. */
export function copyTable({ table, key, fields }: CopyTable): Pick<Copy, 'readMany' | 'readIds'> {
  const columns = Object.entries(fields).map(
    ([field, column]) => sql`${field}::text, ${sql.ref(column)}::text`,
  );
  return {
    readMany: async (database: Database, ids: readonly string[]) => {
      const { rows } = await sql<{ id: string; held: CopyFields }>`
        select ${sql.ref(key)} as id, json_build_object(${sql.join(columns)}) as held
        from ${sql.table(table)} where ${sql.ref(key)} = any(${[...ids]}::text[])`.execute(database);
      return new Map(rows.map(({ id, held }) => [id, held]));
    },
    readIds: async (database: Database, { after, upTo, first }: CopyRange) => {
      const { rows } = await sql<{ id: string }>`
        select ${sql.ref(key)} as id from ${sql.table(table)}
        where ${sql.ref(key)} collate "C" > ${after}
          and (${upTo ?? null}::text is null or ${sql.ref(key)} collate "C" <= ${upTo ?? null})
        order by ${sql.ref(key)} collate "C" limit ${first}`.execute(database);
      return rows.map(({ id }) => id);
    },
  };
}
