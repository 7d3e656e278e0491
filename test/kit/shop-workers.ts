/**
 * Workers of the shop as processes of their own, which tell accounting alone what happens: a server of the test. Knows no
 * event and makes no database.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventSecret } from './event-secrets.ts';
import { startProcess, type RealProcess } from './real-process.ts';

export interface ShopWorkers {
  readonly environmentOf: (databaseUrl: string) => NodeJS.ProcessEnv;
  readonly start: (databaseUrl: string) => Promise<RealProcess>;
  /** Those that still run. */
  readonly kill: () => Promise<void>;
  /** Once they have ended. */
  readonly stop: () => Promise<void>;
}

export async function prepareShopWorkers(accounting: Server): Promise<ShopWorkers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-shop-workers-'));
  const keysFile = path.join(folder, 'keys.json');
  const k = Buffer.from(eventSecret('shop', 'accounting')).toString('base64url');
  const keys = [{ kty: 'oct', iss: 'shop', aud: 'accounting', k }];
  await writeFile(keysFile, JSON.stringify({ keys }));
  await new Promise<void>((resolve) => accounting.listen(0, '127.0.0.1', resolve));
  // Reason for the cast: a server that listens on a port has such an address.
  const { port } = accounting.address() as AddressInfo;
  const started: RealProcess[] = [];
  const environmentOf = (databaseUrl: string) => ({
    PORT: '0',
    SHOP_WORKER_DATABASE_URL: databaseUrl,
    ACCOUNTING_SUBGRAPH_URL: `http://127.0.0.1:${port}`,
    CRM_SUBGRAPH_URL: 'http://127.0.0.1:1',
    EVENT_KEYS_FILE: keysFile,
  });
  return {
    environmentOf,
    async start(databaseUrl) {
      const environment = environmentOf(databaseUrl);
      const worker = await startProcess({ file: 'subgraphs/shop/worker.ts', environment });
      started.push(worker);
      return worker;
    },
    async kill() {
      for (const { child, ended } of started.splice(0)) if (child.kill('SIGKILL')) await ended;
    },
    async stop() {
      accounting.closeAllConnections();
      accounting.close();
      await rm(folder, { recursive: true });
    },
  };
}
