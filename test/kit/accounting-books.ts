/**
 * Books for the tests of accounting: a chart, three customers with different terms and one with none, and
 * what they were billed, posted as accounting posts it. Written as the owner, so that ids and numbers are known.
 */

import pg from 'pg';

import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';

export const ADA = customerIdOf('C-10001');
export const BEN = customerIdOf('C-10002');
export const CARLA = customerIdOf('C-10003');
/** Known to the CRM only. */
export const STRANGER = customerIdOf('C-10009');
export const ORDER = globalIdOf('Order', 'B-2026-000001');
export const ARTICLE = globalIdOf('ProductVariant', 'TEST-1');

export const invoiceId = (count: number) => globalIdOf('Invoice', `R-2026-00000${count}`);
export const paymentId = (count: number) => globalIdOf('Payment', `${count}`);
export const entryId = (count: number) => globalIdOf('JournalEntry', `J-2026-00000${count}`);
export const accountId = (number: string) => globalIdOf('LedgerAccount', number);

export async function writeBooks(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`begin; ${TERMS} ${JOURNAL} ${DOCUMENTS} commit;`);
  await client.end();
}

const AT = '2026-01-05 10:00:00.123+00';

const TERMS = `
  insert into ledger_account (id, number, name, kind, currency) values
    ('${accountId('0800')}', '0800', 'Subscribed capital', 'EQUITY', 'EUR'),
    ('${accountId('1200')}', '1200', 'Bank', 'ASSET', 'EUR'),
    ('${accountId('1400')}', '1400', 'Trade receivables', 'ASSET', 'EUR'),
    ('${accountId('1776')}', '1776', 'Output tax', 'LIABILITY', 'EUR'),
    ('${accountId('8400')}', '8400', 'Revenue', 'REVENUE', 'EUR');
  insert into customer_account (customer_id, customer_number, name, street, postal_code, city, country, currency,
    credit_limit_minor, payment_term_days, dunning_level) values
    ('${ADA}', 'C-10001', 'Ada Byron', 'St James’s Square 12', 'SW1Y 4JH', 'London', 'GB', 'EUR', 500000, 30, 1),
    ('${BEN}', 'C-10002', 'Ben Öztürk', null, null, null, null, 'EUR', null, 14, 0),
    ('${CARLA}', 'C-10003', 'Carla', null, null, null, null, 'CHF', 10000, 14, 0);
  insert into purchase_price values ('${ARTICLE}', 80000, 'EUR');`;

// Ada's first invoice is partly paid, her second is paid and cancelled by the credit note 3; Ben's 4 is open.
const JOURNAL = `
  insert into journal_entry (id, number, posted_on, description, created_at) values
    ('${entryId(1)}', 'J-2026-000001', '2026-01-05', 'Invoice R-2026-000001', '${AT}'),
    ('${entryId(2)}', 'J-2026-000002', '2026-01-06', 'Invoice R-2026-000002', '${AT}'),
    ('${entryId(3)}', 'J-2026-000003', '2026-01-07', 'Payment for R-2026-000001', '${AT}'),
    ('${entryId(4)}', 'J-2026-000004', '2026-01-07', 'Payment for R-2026-000002', '${AT}'),
    ('${entryId(5)}', 'J-2026-000005', '2026-01-08', 'Credit note R-2026-000003', '${AT}'),
    ('${entryId(6)}', 'J-2026-000006', '2026-01-09', 'Invoice R-2026-000004', '${AT}');
  insert into journal_line (entry_id, position, account_id, customer_id, debit_minor, credit_minor) values
    ('${entryId(1)}', 1, '${accountId('1400')}', '${ADA}', 119000, 0),
    ('${entryId(1)}', 2, '${accountId('8400')}', null, 0, 100000),
    ('${entryId(1)}', 3, '${accountId('1776')}', null, 0, 19000),
    ('${entryId(2)}', 1, '${accountId('1400')}', '${ADA}', 11900, 0),
    ('${entryId(2)}', 2, '${accountId('8400')}', null, 0, 10000),
    ('${entryId(2)}', 3, '${accountId('1776')}', null, 0, 1900),
    ('${entryId(3)}', 1, '${accountId('1200')}', null, 19000, 0),
    ('${entryId(3)}', 2, '${accountId('1400')}', '${ADA}', 0, 19000),
    ('${entryId(4)}', 1, '${accountId('1200')}', null, 11900, 0),
    ('${entryId(4)}', 2, '${accountId('1400')}', '${ADA}', 0, 11900),
    ('${entryId(5)}', 1, '${accountId('1400')}', '${ADA}', 0, 11900),
    ('${entryId(5)}', 2, '${accountId('8400')}', null, 10000, 0),
    ('${entryId(5)}', 3, '${accountId('1776')}', null, 1900, 0),
    ('${entryId(6)}', 1, '${accountId('1400')}', '${BEN}', 5000, 0),
    ('${entryId(6)}', 2, '${accountId('8400')}', null, 0, 5000);
  insert into document_counter values ('INVOICE', 2026, 4), ('JOURNAL', 2026, 6);`;

const DOCUMENTS = `
  insert into invoice (id, number, kind, customer_id, order_id, order_number, recipient_name, recipient_street,
    recipient_postal_code, recipient_city, recipient_country, issued_on, due_on, currency, net_minor, tax_minor,
    total_minor, paid_minor, cancels_id, is_cancelled, reason, journal_entry_id, created_at) values
    ('${invoiceId(1)}', 'R-2026-000001', 'INVOICE', '${ADA}', '${ORDER}', 'B-2026-000001', 'Ada King', 'Old Street 1',
      'EC1V', 'London', 'GB', '2026-01-05', '2026-02-04', 'EUR', 100000, 19000, 119000, 19000, null, false, null,
      '${entryId(1)}', '${AT}'),
    ('${invoiceId(2)}', 'R-2026-000002', 'INVOICE', '${ADA}', '${ORDER}', 'B-2026-000001', 'Ada Byron', null, null,
      null, null, '2026-01-06', '2026-02-05', 'EUR', 10000, 1900, 11900, 11900, null, true, null, '${entryId(2)}',
      '${AT}'),
    ('${invoiceId(3)}', 'R-2026-000003', 'CREDIT_NOTE', '${ADA}', '${ORDER}', 'B-2026-000001', 'Ada Byron', null, null,
      null, null, '2026-01-08', '2026-01-08', 'EUR', 10000, 1900, 11900, 0, '${invoiceId(2)}', false, 'Billed twice',
      '${entryId(5)}', '${AT}'),
    ('${invoiceId(4)}', 'R-2026-000004', 'INVOICE', '${BEN}', null, null, 'Ben 100%', null, null, null, null,
      '2026-01-09', '2026-01-23', 'EUR', 5000, 0, 5000, 0, null, false, null, '${entryId(6)}', '${AT}');
  insert into invoice_line values
    ('${invoiceId(1)}', 1, 'Difference engine', 1, 99000, 0.19, 99000, '${ARTICLE}'),
    ('${invoiceId(1)}', 2, 'Postage', 2, 500, 0.19, 1000, null),
    ('${invoiceId(2)}', 1, 'Crank', 1, 10000, 0.19, 10000, null),
    ('${invoiceId(3)}', 1, 'Crank', 1, 10000, 0.19, 10000, null),
    ('${invoiceId(4)}', 1, 'Advice', 1, 5000, 0, 5000, null);
  insert into payment values
    ('${paymentId(1)}', '${invoiceId(1)}', 19000, '2026-01-07', 'BANK_TRANSFER', 'R-2026-000001', '${entryId(3)}', '${AT}'),
    ('${paymentId(2)}', '${invoiceId(2)}', 11900, '2026-01-07', 'CARD', null, '${entryId(4)}', '${AT}');`;
