/**
 * Records what the bank reports: money that came in with the number of an invoice as its purpose.
 */

import { z } from 'zod';

import type { Transaction } from '../../kit/database.ts';
import { KnownError } from '../../kit/known-error.ts';
import { moneyInput, parseMoney } from '../../kit/money.ts';
import { pastDay } from './accounting-day.ts';
import { readInvoicesByNumber } from './invoices.ts';
import { recordPayment } from './record-payment.ts';

/** PostgreSQL cannot keep the character U+0000. */
const text = z.string().refine((value) => !value.includes('\0'));

/** The bank's own words, in the envelope that Standard Webhooks recommends. */
export const bankReport = z.object({
  type: z.literal('payment.received'),
  timestamp: z.iso.datetime(),
  data: z.object({
    invoiceNumber: text.min(1).max(50),
    amount: moneyInput,
    receivedOn: pastDay,
    reference: text.max(200).nullable(),
  }),
});

/** Throws NOT_FOUND for a number that no invoice has, else what `recordPayment` throws. */
export async function adoptBankReport(
  transaction: Transaction,
  { data: { invoiceNumber, amount, receivedOn, reference } }: z.output<typeof bankReport>,
): Promise<void> {
  const invoice = (await readInvoicesByNumber(transaction, [invoiceNumber])).get(invoiceNumber);
  if (invoice === undefined) throw new KnownError('NOT_FOUND', { reason: 'No invoice has this number.' });
  const money = parseMoney(amount, 'data.amount');
  if (money.minor <= 0n) throw new KnownError('BAD_USER_INPUT', { reason: 'This is no money that came in.' });
  const method = 'BANK_TRANSFER';
  await recordPayment(transaction, { invoiceId: invoice.id, amount: money, receivedOn, method, reference });
}
