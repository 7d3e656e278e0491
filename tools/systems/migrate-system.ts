/**
 * Brings the tables of one system to what its subgraph needs. The migrations themselves are the subgraphs'.
 */

import type { SystemName } from '../../schema/ownership.ts';
import { migrate as migrateAccounting } from '../../subgraphs/accounting/migrate.ts';
import { migrate as migrateCrm } from '../../subgraphs/crm/migrate.ts';
import { migrate as migrateShop } from '../../subgraphs/shop/migrate.ts';
import { CommandRefused } from '../command-refused.ts';

const MIGRATIONS: Readonly<Record<SystemName, (ownerUrl: string) => Promise<void>>> = {
  crm: migrateCrm,
  accounting: migrateAccounting,
  shop: migrateShop,
};

/** Connects as the owner role; does nothing where the tables are up to date. @throws CommandRefused that says why not. */
export async function migrateSystem(system: SystemName, ownerUrl: string): Promise<void> {
  await MIGRATIONS[system](ownerUrl).catch((problem: unknown) => {
    throw new CommandRefused(`The tables of the ${system} cannot be made: ${reasonsOf(problem)}.`, problem);
  });
}

function reasonsOf(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  return problem.cause === undefined ? problem.message : `${problem.message}: ${reasonsOf(problem.cause)}`;
}
