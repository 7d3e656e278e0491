/**
 * The items of invoices and credit notes as accounting's tables hold them.
 */

import { sql } from 'kysely';

import type { Database } from '../../kit/database.ts';

export interface InvoiceLineRow {
  readonly invoiceId: string;
  readonly position: number;
  readonly description: string;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly taxRate: string;
  readonly netMinor: bigint;
  readonly currency: string;
  readonly variantId: string | null;
}

export async function readLinesOfInvoices(
  database: Database,
  invoiceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly InvoiceLineRow[]>> {
  const { rows } = await sql<InvoiceLineRow>`
    select line.invoice_id, line.position, line.description, line.quantity, line.unit_price_minor,
      trim_scale(line.tax_rate) as tax_rate, line.net_minor, invoice.currency, line.variant_id
    from invoice_line line join invoice on invoice.id = line.invoice_id
    where line.invoice_id = any(${[...invoiceIds]}::text[])
    order by line.invoice_id, line.position`.execute(database);
  return Map.groupBy(rows, (row) => row.invoiceId);
}
