/**
 * What must hold in the company's databases whatever was written: each rule is a statement that finds what breaks it.
 * Knows tables; nothing of who wrote what.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { checkCopies } from './check-copies.ts';
import type { CompanyReader } from './read-company.ts';

interface Rule {
  readonly system: SystemName;
  readonly says: string;
  /** Gives a row for everything that breaks the rule. */
  readonly broken: string;
}

const RULES: readonly Rule[] = [
  {
    system: 'shop',
    says: 'what is reserved is what open orders still wait for',
    broken: `select variant.sku, variant.reserved, coalesce(open.quantity, 0) as ordered
      from product_variant variant left join (
        select line.variant_id, sum(line.quantity - line.shipped_quantity) as quantity
        from order_line line join customer_order placed on placed.id = line.order_id
        where placed.status in ('PLACED', 'PARTIALLY_SHIPPED') group by line.variant_id
      ) open on open.variant_id = variant.id
      where variant.reserved <> coalesce(open.quantity, 0)`,
  },
  {
    system: 'shop',
    says: 'what of an order is shipped is what its shipments hold',
    broken: `select line.order_id, line.position, line.shipped_quantity, coalesce(sum(sent.quantity), 0) as sent
      from order_line line left join shipment_line sent
        on sent.order_id = line.order_id and sent.position = line.position
      group by line.order_id, line.position, line.shipped_quantity
      having line.shipped_quantity <> coalesce(sum(sent.quantity), 0)`,
  },
  {
    system: 'shop',
    says: 'an order costs what its lines cost',
    broken: `select placed.number from customer_order placed left join order_line line on line.order_id = placed.id
      group by placed.id having placed.total_minor <> coalesce(sum(line.quantity * line.unit_price_minor), -1)`,
  },
  {
    system: 'shop',
    says: 'order numbers have no gaps',
    broken: `select counter.year, counter.last, count(placed.id) as orders
      from order_counter counter left join customer_order placed on placed.number like format('B-%s-%%', counter.year)
      group by counter.year, counter.last having counter.last <> count(placed.id)`,
  },
  {
    system: 'accounting',
    says: 'document numbers have no gaps',
    broken: `select counter.kind, counter.year, counter.last, count(written.number) as written
      from document_counter counter left join (
        select 'INVOICE' as kind, number from invoice union all select 'JOURNAL', number from journal_entry
      ) written on written.kind = counter.kind
        and written.number like format('%s-%s-%%', case counter.kind when 'INVOICE' then 'R' else 'J' end, counter.year)
      group by counter.kind, counter.year, counter.last having counter.last <> count(written.number)`,
  },
  {
    system: 'accounting',
    says: 'debits equal credits',
    broken: `select sum(debit_minor) as debits, sum(credit_minor) as credits from journal_line
      having sum(debit_minor) <> sum(credit_minor)`,
  },
  {
    system: 'accounting',
    says: 'what of an invoice is paid is the sum of its payments',
    broken: `select invoice.number, invoice.paid_minor, coalesce(sum(payment.amount_minor), 0) as received
      from invoice left join payment on payment.invoice_id = invoice.id
      group by invoice.id having invoice.paid_minor <> coalesce(sum(payment.amount_minor), 0)`,
  },
  {
    system: 'accounting',
    says: 'every entry stands behind one document, so that the ledger is what the documents say',
    broken: `select entry.number from journal_entry entry
      left join invoice on invoice.journal_entry_id = entry.id left join payment on payment.journal_entry_id = entry.id
      group by entry.id having count(invoice.id) + count(payment.id) <> 1`,
  },
  {
    system: 'accounting',
    says: 'what a customer owes in the ledger is what invoices, credit notes and payments make of it',
    broken: `with owed as (
        select customer_id, sum(minor) as minor from (
          select customer_id, case kind when 'INVOICE' then total_minor else -total_minor end - paid_minor as minor
          from invoice) document group by customer_id
      ), booked as (
        select customer_id, sum(debit_minor - credit_minor) as minor from journal_line
        where customer_id is not null group by customer_id
      )
      select coalesce(owed.customer_id, booked.customer_id) as customer, owed.minor as owed, booked.minor as booked
      from owed full join booked on booked.customer_id = owed.customer_id
      where coalesce(owed.minor, 0) <> coalesce(booked.minor, 0)`,
  },
];

/** What was there before the first write: seeds have entries without a document, and shelves that were counted once. */
export interface BooksBaseline {
  readonly broken: ReadonlySet<string>;
  /** By article: what lies on the shelf beyond what its movements say. */
  readonly stock: ReadonlyMap<string, number>;
}

export async function readBooks(reader: CompanyReader): Promise<BooksBaseline> {
  const broken = [...(await findBroken(reader)), ...(await checkCopies(reader))];
  return { broken: new Set(broken), stock: await readStock(reader) };
}

/** A sentence for everything that is wrong and was not so before. */
export async function checkBooks(reader: CompanyReader, baseline: BooksBaseline): Promise<readonly string[]> {
  const broken = [...(await findBroken(reader)), ...(await checkCopies(reader))];
  return [
    ...broken.filter((sentence) => !baseline.broken.has(sentence)),
    ...(await checkStock(reader, baseline.stock)),
  ];
}

async function findBroken(reader: CompanyReader): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const { system, says, broken } of RULES) {
    const rows = await reader.rows(system, broken);
    sentences.push(...rows.map((row) => `not true of ${system}: ${says}: ${JSON.stringify(row)}`));
  }
  return sentences;
}

async function readStock(reader: CompanyReader): Promise<BooksBaseline['stock']> {
  const rows = await reader.rows(
    'shop',
    `select variant.sku, variant.on_hand - coalesce(sum(movement.change), 0) as beyond
     from product_variant variant left join stock_movement movement on movement.variant_id = variant.id
     group by variant.id`,
  );
  return new Map(rows.map((row) => [String(row['sku']), Number(row['beyond'])]));
}

async function checkStock(
  reader: CompanyReader,
  baseline: BooksBaseline['stock'],
): Promise<readonly string[]> {
  const now = await readStock(reader);
  return [...now]
    .filter(([sku, beyond]) => baseline.get(sku) !== beyond)
    .map(([sku, beyond]) => {
      const drift = beyond - (baseline.get(sku) ?? 0);
      return `not true of shop: stock is what its movements say: ${sku} is off by ${drift}`;
    });
}
