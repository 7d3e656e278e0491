/**
 * Brings accounting's tables up to date, as the owner of its database.
 */

import { fileURLToPath } from 'node:url';

import { runMigrations } from '../kit/migrations.ts';

export async function migrate(ownerUrl: string): Promise<void> {
  const folder = fileURLToPath(new URL('connector/migrations', import.meta.url));
  await runMigrations({ system: 'accounting', ownerUrl, folder });
}
