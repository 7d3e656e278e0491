/**
 * A database of its own for a test file, in a tenth of a second: a copy of a template that the first test to ask for
 * it has migrated, and seeded where wanted. Knows no table.
 */

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { SystemName } from '../../schema/ownership.ts';
import type { EmbeddedCluster } from '../../tools/postgres/embedded-cluster.ts';
import {
  closeDatabase,
  databaseUrls,
  provideDatabase,
  quoteName,
  roleOf,
  withClient,
  type DatabaseUrls,
  type SystemPasswords,
} from '../../tools/postgres/system-databases.ts';
import { seedCompany } from '../../tools/seed/seed-company.ts';
import { ownerUrls } from '../../tools/start/choose-databases.ts';
import { migrateSystem } from '../../tools/systems/migrate-system.ts';
import { bySystem, SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { joinTestCluster } from './test-cluster.ts';

/** `empty` has the tables and no rows; `small` has the small company's rows too. */
export type Contents = 'empty' | 'small';

export interface TestDatabase extends DatabaseUrls {
  /** Ends what is still connected. Call it in `afterAll`. */
  readonly drop: () => Promise<void>;
}

/** A database of one system that nobody else sees. */
export async function freshDatabase(system: SystemName, contents: Contents = 'small'): Promise<TestDatabase> {
  const cluster = await joinTestCluster();
  await withClient(cluster.adminUrl, (admin) => provideTemplate(admin, cluster, system, contents));
  return copyTemplate(cluster, system, templateOf(system, contents));
}

/** The databases of the whole company, seeded to fit each other. */
export async function freshCompany(
  contents: Contents = 'small',
): Promise<Readonly<Record<SystemName, TestDatabase>>> {
  // One after another: three copies at once on one disk are no faster, and the first may have to make the template.
  const databases: TestDatabase[] = [];
  for (const system of SYSTEM_NAMES) databases.push(await freshDatabase(system, contents));
  return bySystem(databases);
}

async function provideTemplate(
  admin: pg.Client,
  cluster: EmbeddedCluster,
  system: SystemName,
  contents: Contents,
): Promise<void> {
  // One lock per template over all workers; the seeds fit all systems together, so they share one.
  const lock = contents === 'empty' ? templateOf(system, contents) : contents;
  await admin.query('select pg_advisory_lock(hashtext($1))', [lock]);
  try {
    if (await isTemplate(admin, templateOf(system, contents))) return;
    if (contents === 'empty') await makeEmptyTemplate(admin, cluster, system);
    else await makeSeededTemplates(admin);
  } finally {
    await admin.query('select pg_advisory_unlock(hashtext($1))', [lock]);
  }
}

async function makeEmptyTemplate(
  admin: pg.Client,
  cluster: EmbeddedCluster,
  system: SystemName,
): Promise<void> {
  const urls = await provideDatabase(cluster.adminUrl, system, passwordsOf(cluster, system));
  await migrateSystem(system, urls.owner);
  await admin.query(
    `alter database ${quoteName(system)} rename to ${quoteName(templateOf(system, 'empty'))}`,
  );
  await markAsTemplate(admin, templateOf(system, 'empty'));
}

async function makeSeededTemplates(admin: pg.Client): Promise<void> {
  const company = await freshCompany('empty');
  await seedCompany({ size: 'small', urls: ownerUrls(company) });
  for (const system of SYSTEM_NAMES) {
    const database = new URL(company[system].owner).pathname.slice(1);
    await admin.query(
      `alter database ${quoteName(database)} rename to ${quoteName(templateOf(system, 'small'))}`,
    );
    await markAsTemplate(admin, templateOf(system, 'small'));
  }
}

async function copyTemplate(
  cluster: EmbeddedCluster,
  system: SystemName,
  template: string,
): Promise<TestDatabase> {
  const database = `${system}_${randomUUID().slice(0, 13)}`;
  await withClient(cluster.adminUrl, async (admin) => {
    const owner = quoteName(roleOf(system, 'owner'));
    await admin.query(
      `create database ${quoteName(database)} template ${quoteName(template)} owner ${owner}`,
    );
    await closeDatabase(admin, system, database);
  });
  return {
    ...databaseUrls(cluster.adminUrl, { system, database, passwords: passwordsOf(cluster, system) }),
    drop: () =>
      withClient(cluster.adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${quoteName(database)} with (force)`);
      }),
  };
}

async function isTemplate(admin: pg.Client, database: string): Promise<boolean> {
  const found = await admin.query('select from pg_database where datname = $1 and datistemplate', [database]);
  return found.rowCount === 1;
}

async function markAsTemplate(admin: pg.Client, database: string): Promise<void> {
  await admin.query(`alter database ${quoteName(database)} is_template true allow_connections false`);
}

function templateOf(system: SystemName, contents: Contents): string {
  return `${system}_template_${contents}`;
}

function passwordsOf(cluster: EmbeddedCluster, system: SystemName): SystemPasswords {
  return {
    owner: cluster.passwordOf(roleOf(system, 'owner')),
    runtime: cluster.passwordOf(roleOf(system, 'runtime')),
    worker: cluster.passwordOf(roleOf(system, 'worker')),
  };
}
