/**
 * Many rows with few statements: a table's rows travel as JSON, and PostgreSQL reads them by the table's own types.
 * Knows no table.
 */

import pg from 'pg';

/** Field names as in the schema; the columns are the same in snake_case. All rows have the fields of the first. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

const ROWS_PER_STATEMENT = 4_000;

export async function insertRows(client: pg.ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const name = pg.escapeIdentifier(table);
  const columns = Object.keys(first).map((field) => pg.escapeIdentifier(toSnakeCase(field)));
  const statement =
    `insert into ${name} (${columns.join(', ')}) ` +
    `select ${columns.join(', ')} from json_populate_recordset(null::${name}, $1)`;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await client.query(statement, [toJson(rows.slice(start, start + ROWS_PER_STATEMENT))]);
  }
  // The first queries, and the checks at the end of this transaction, shall be planned by what is in the table.
  await client.query(`analyze ${name}`);
}

function toJson(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {}).map((field) => [field, toSnakeCase(field)] as const);
  return JSON.stringify(
    rows.map((row) => {
      const renamed: Record<string, Row[string]> = {};
      for (const [field, column] of columns) renamed[column] = row[field] ?? null;
      return renamed;
    }),
  );
}

function toSnakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
