/**
 * What a fault run reads from the databases directly, past everything that it tests: what there is to write about, and
 * what came of it. Knows tables; judges nothing.
 */

import pg from 'pg';

import type { SystemName } from '../../schema/ownership.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface CompanyReader {
  readonly rows: (
    system: SystemName,
    statement: string,
    values?: readonly unknown[],
  ) => Promise<readonly Row[]>;
  readonly stop: () => Promise<void>;
}

/** `urls` are the owners' own, without any proxy. */
export async function openReader(urls: Readonly<Record<SystemName, string>>): Promise<CompanyReader> {
  const clients = new Map<SystemName, pg.Client>();
  for (const system of SYSTEM_NAMES) {
    const client = new pg.Client({ connectionString: urls[system], application_name: 'tributary-faults' });
    await client.connect();
    clients.set(system, client);
  }
  return {
    rows: async (system, statement, values = []) => {
      const client = clients.get(system);
      if (client === undefined) throw new Error(`There is no database of ${system}.`);
      // Reason for the cast: rows are whatever the statement selects.
      return (await client.query(statement, [...values])).rows as Row[];
    },
    stop: async () => {
      await Promise.all([...clients.values()].map((client) => client.end()));
    },
  };
}

/** Customers whom all three systems know, always in the same order. */
export async function readCustomers(reader: CompanyReader): Promise<readonly string[]> {
  const accounts = await reader.rows(
    'accounting',
    `select customer_id from customer_account where currency = 'EUR' order by customer_number`,
  );
  return accounts.map((row) => String(row['customer_id']));
}

/** Articles of one currency, so that a cart can always be ordered. */
export async function readVariants(reader: CompanyReader): Promise<readonly string[]> {
  const variants = await reader.rows(
    'shop',
    `select id from product_variant where currency = 'EUR' order by sku`,
  );
  return variants.map((row) => String(row['id']));
}

export async function readCart(
  reader: CompanyReader,
  customerId: string,
): Promise<ReadonlyMap<string, number>> {
  const lines = await reader.rows(
    'shop',
    `select variant_id, quantity from cart_line line join cart on cart.id = line.cart_id where customer_id = $1`,
    [customerId],
  );
  return new Map(lines.map((row) => [String(row['variant_id']), Number(row['quantity'])]));
}
