/**
 * Text search as the lists offer it: parts of a column, whatever their case. Knows no table.
 */

import { sql, type RawBuilder } from 'kysely';

/** True where any of the columns contains the text; `%`, `_` and `\` in it mean themselves. */
export function containsText(columns: readonly string[], text: string): RawBuilder<boolean> {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(${sql.join(
    columns.map((column) => sql`${sql.ref(column)} ilike ${pattern}`),
    sql` or `,
  )})`;
}
