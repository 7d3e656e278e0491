/**
 * How invoices stand in accounting, for those who compare their copies.
 */

import { sql } from 'kysely';

import type { ReadStates } from '../../kit/events/system-events.ts';
import { invoiceStands } from './invoice-events.ts';
import { INVOICE_COLUMNS, type InvoiceRow } from './invoices.ts';

export const readInvoiceStates: ReadStates = async (database, { after = '', ids, first }) => {
  const chosen = ids === undefined ? sql`id collate "C" > ${after}` : sql`id = any(${[...ids]}::text[])`;
  const { rows } = await sql<InvoiceRow>`
    select ${INVOICE_COLUMNS} from invoice where kind = 'INVOICE' and ${chosen}
    order by id collate "C" limit ${first}`.execute(database);
  return rows.map(invoiceStands);
};
