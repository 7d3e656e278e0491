/**
 * Three databases with the demo data, on a PostgreSQL of their own in a temporary folder: whatever is done to them is
 * gone with it. Knows no table.
 */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { SystemName } from '../../schema/ownership.ts';
import { startCluster } from '../postgres/embedded-cluster.ts';
import { seedCompany } from '../seed/seed-company.ts';
import { ownerUrls, provideDatabases } from '../start/choose-databases.ts';
import type { Teardown } from '../start/teardown.ts';
import { migrateSystem } from '../systems/migrate-system.ts';
import { bySystem, SYSTEM_NAMES } from '../systems/system-names.ts';

const NONE_GIVEN = bySystem(SYSTEM_NAMES.map(() => undefined));

/** Gives by system where its runtime role connects. What was aborted goes no further; `teardown` ends what there is. */
export async function provideThrowawayDatabases(
  teardown: Teardown,
  abort: AbortSignal,
): Promise<Readonly<Record<SystemName, string>>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-access-db-'));
  // The server may run as another user, who must get through to its data.
  await chmod(folder, 0o711);
  const remove = () => rm(folder, { recursive: true, force: true });
  const cluster = await startCluster(path.join(folder, 'postgres'), { durable: false }).catch(
    async (problem: unknown) => {
      await remove();
      throw problem;
    },
  );
  // Not before the server is there: it would look for its files for a minute.
  teardown.add(remove);
  teardown.add(cluster.stop);
  abort.throwIfAborted();
  const databases = await provideDatabases(NONE_GIVEN, cluster);
  await Promise.all(SYSTEM_NAMES.map((system) => migrateSystem(system, databases[system].owner)));
  await seedCompany({ size: 'small', urls: ownerUrls(databases) });
  return bySystem(SYSTEM_NAMES.map((system) => databases[system].runtime));
}
