/**
 * Puts accounting's data into its tables. The database checks every entry when the transaction ends.
 */

import type { ClientBase } from 'pg';

import type { AccountingData } from './accounting-data.ts';
import { insertRows } from './insert-rows.ts';
import { addressColumns, counterRows, numbered } from './row-parts.ts';

export async function writeAccounting(client: ClientBase, accounting: AccountingData): Promise<void> {
  await writeAccounts(client, accounting);
  await writeJournal(client, accounting);
  await writeDocuments(client, accounting);
}

async function writeAccounts(client: ClientBase, accounting: AccountingData): Promise<void> {
  const { ledgerAccounts, customerAccounts, purchasePrices, orderCopies } = accounting;
  await insertRows(
    client,
    'ledger_account',
    ledgerAccounts.map((account) => ({ ...account })),
  );
  await insertRows(
    client,
    'customer_account',
    customerAccounts.map(({ address, ...account }) => ({ ...account, ...addressColumns(address) })),
  );
  await insertRows(
    client,
    'purchase_price',
    purchasePrices.map((price) => ({ ...price })),
  );
  await insertRows(
    client,
    'order_copy',
    orderCopies.map((copy) => ({ ...copy })),
  );
}

async function writeJournal(client: ClientBase, accounting: AccountingData): Promise<void> {
  const { journalEntries, invoiceCounters, journalCounters } = accounting;
  await insertRows(client, 'document_counter', [
    ...counterRows(invoiceCounters).map((counter) => ({ kind: 'INVOICE', ...counter })),
    ...counterRows(journalCounters).map((counter) => ({ kind: 'JOURNAL', ...counter })),
  ]);
  await insertRows(
    client,
    'journal_entry',
    journalEntries.map(({ lines, ...entry }) => entry),
  );
  await insertRows(
    client,
    'journal_line',
    journalEntries.flatMap(({ id, lines }) => numbered(lines).map((line) => ({ entryId: id, ...line }))),
  );
}

async function writeDocuments(client: ClientBase, { invoices, payments }: AccountingData): Promise<void> {
  // Oldest first: a credit note refers to an invoice that stands already.
  await insertRows(
    client,
    'invoice',
    invoices.map(({ lines, recipientAddress, ...invoice }) => {
      const { street, postalCode, city, country } = addressColumns(recipientAddress);
      return {
        ...invoice,
        recipientStreet: street,
        recipientPostalCode: postalCode,
        recipientCity: city,
        recipientCountry: country,
      };
    }),
  );
  await insertRows(
    client,
    'invoice_line',
    invoices.flatMap(({ id, lines }) => numbered(lines).map((line) => ({ invoiceId: id, ...line }))),
  );
  await insertRows(
    client,
    'payment',
    payments.map((payment) => ({ ...payment })),
  );
}
