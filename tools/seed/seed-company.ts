/**
 * Fills the three systems with the reference company's data, each in one transaction: a system has all of it or
 * nothing, and what was interrupted is done by the next run.
 */

import pg from 'pg';

import type { SystemName } from '../../schema/ownership.ts';
import type { Company, CompanySize } from './company.ts';
import { makeCompany } from './make-company.ts';
import { writeAccounting } from './write-accounting.ts';
import { writeCrm } from './write-crm.ts';
import { writeShop } from './write-shop.ts';

export interface SeedJob {
  readonly size: CompanySize;
  readonly urls: Readonly<Record<SystemName, string>>;
}

interface SystemSeed {
  /** Has rows in every company, whatever its size. */
  readonly telltale: string;
  readonly write: (client: pg.ClientBase, company: Company) => Promise<void>;
}

const SEEDS: Readonly<Record<SystemName, SystemSeed>> = {
  crm: { telltale: 'customer', write: (client, { crm }) => writeCrm(client, crm) },
  accounting: {
    telltale: 'ledger_account',
    write: (client, { accounting }) => writeAccounting(client, accounting),
  },
  shop: { telltale: 'product', write: (client, { shop }) => writeShop(client, shop) },
};
/** Two runs at once must not both find a system empty. */
const LOCK = `select pg_advisory_xact_lock(hashtext('tributary-seed'))`;

/**
 * Connects as the owners of the three databases, whose tables must be there. A system that has data is left alone.
 * @throws what the first system said that could not be filled, after all three have come to an end.
 */
export async function seedCompany(job: SeedJob): Promise<void> {
  let made: Company | undefined;
  const company = (): Company => (made ??= makeCompany(job.size));
  // Object.keys gives string[]; the record has no other keys than the systems.
  const systems = Object.keys(SEEDS) as SystemName[];
  const outcomes = await Promise.allSettled(
    systems.map((system) => seedSystem(job.urls[system], SEEDS[system], company)),
  );
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'rejected')
      throw new Error(`The data of ${systems[index] ?? ''} could not be written.`, { cause: outcome.reason });
  });
}

async function seedSystem(url: string, seed: SystemSeed, company: () => Company): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'tributary-seed' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(LOCK);
    const found = await client.query(`select from ${pg.escapeIdentifier(seed.telltale)} limit 1`);
    if (found.rowCount === 0) await seed.write(client, company());
    await client.query('commit');
  } finally {
    // Ends an open transaction without effect.
    await client.end();
  }
}
