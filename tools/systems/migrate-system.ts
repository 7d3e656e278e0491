/**
 * Brings the tables of one system to what its subgraph needs. The migrations themselves are the subgraph's.
 */

import type { SystemName } from '../../schema/ownership.ts';

/** Connects as the owner role; does nothing where the tables are up to date. */
export async function migrateSystem(system: SystemName, ownerUrl: string): Promise<void> {
  // A computed path has no type; every subgraph exports the same function.
  const { migrate } = (await import(`../../subgraphs/${system}/migrate.ts`)) as {
    readonly migrate: (ownerUrl: string) => Promise<void>;
  };
  await migrate(ownerUrl);
}
