/**
 * What systems keep of each other's things, compared with the owners after everything was delivered; and whether
 * everything was. Knows tables; nothing of how news travels.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import type { CompanyReader } from './read-company.ts';

interface Side {
  readonly system: SystemName;
  /** Rows `id` and `state`, the latter as text that must be the same on both sides. */
  readonly rows: string;
}

interface Copy {
  readonly says: string;
  readonly owner: Side;
  readonly copy: Side;
}

const COPIES: readonly Copy[] = [
  {
    says: 'accounting prints customers as the CRM has them',
    owner: {
      system: 'crm',
      rows: `select id, concat_ws('|', number, name, street, city) as state from customer`,
    },
    copy: {
      system: 'accounting',
      rows: `select customer_id as id, concat_ws('|', customer_number, name, street, city) as state from customer_account`,
    },
  },
  {
    says: 'the shop prints customers as the CRM has them',
    owner: { system: 'crm', rows: `select id, concat_ws('|', number, name) as state from customer` },
    copy: {
      system: 'shop',
      rows: `select customer_id as id, concat_ws('|', customer_number, name) as state from customer_copy`,
    },
  },
  {
    says: 'accounting knows orders as the shop has them',
    owner: {
      system: 'shop',
      rows: `select id, concat_ws('|', number, status = 'CANCELLED') as state from customer_order`,
    },
    copy: {
      system: 'accounting',
      rows: `select order_id as id, concat_ws('|', order_number, is_cancelled) as state from order_copy`,
    },
  },
  {
    says: 'an order that stands is billed once, over what it costs, and one that was cancelled is not',
    owner: {
      system: 'shop',
      rows: `select id, case when status = 'CANCELLED' or total_minor = 0 then 'none' else '1 over ' || total_minor end as state
        from customer_order`,
    },
    copy: {
      system: 'accounting',
      rows: `select known.order_id as id, case when count(invoice.id) = 0 then 'none'
          else count(invoice.id) || ' over ' || sum(invoice.net_minor) end as state
        from order_copy known left join invoice
          on invoice.order_id = known.order_id and invoice.kind = 'INVOICE' and not invoice.is_cancelled
        group by known.order_id`,
    },
  },
  {
    says: 'the shop marks orders billed and paid as accounting has it',
    owner: {
      system: 'accounting',
      rows: `select id, concat_ws('|', number, status = 'PAID', is_cancelled) as state from invoice
        where order_id is not null and kind = 'INVOICE'`,
    },
    copy: {
      system: 'shop',
      rows: `select invoice_id as id, concat_ws('|', invoice_number, is_paid, is_cancelled) as state from invoice_copy`,
    },
  },
];

/** A sentence for everything that differs. */
export async function checkCopies(reader: CompanyReader): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const { says, owner, copy } of COPIES) {
    const [owned, copied] = [await statesOf(reader, owner), await statesOf(reader, copy)];
    for (const id of new Set([...owned.keys(), ...copied.keys()])) {
      if (owned.get(id) === copied.get(id)) continue;
      const [is, should] = [copied.get(id) ?? 'nothing', owned.get(id) ?? 'nothing'];
      sentences.push(
        `not true: ${says}: ${id} is "${is}" in ${copy.system} and "${should}" in ${owner.system}`,
      );
    }
  }
  return sentences;
}

async function statesOf(reader: CompanyReader, { system, rows }: Side): Promise<ReadonlyMap<string, string>> {
  const found = await reader.rows(system, rows);
  return new Map(found.map((row) => [String(row['id']), String(row['state'])]));
}

/** A sentence for each system that has something left to tell. Makes what waits for its next try due at once. */
export async function findUndelivered(reader: CompanyReader): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const system of SYSTEM_NAMES) {
    await reader.rows(
      system,
      `update pgboss.job set start_after = now() where state = 'retry' and start_after > now()`,
    );
    const [counts] = await reader.rows(
      system,
      `select (select count(*) from outbox where relayed_at is null) as waiting,
         (select count(*) from pgboss.job where state in ('created', 'retry', 'active')) as queued,
         (select count(*) from dead_letter where settled_at is null) as dead`,
    );
    const { waiting, queued, dead } = counts ?? {};
    if ([waiting, queued, dead].some((count) => String(count) !== '0'))
      sentences.push(
        `${system} has told not everything: ${String(waiting)} wait, ${String(queued)} queue, ${String(dead)} are dead`,
      );
  }
  return sentences;
}
