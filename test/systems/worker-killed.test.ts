/**
 * The worker as a real process, killed at the worst moment: the receiver has committed, and the worker has not heard of
 * it. Nothing is lost and nothing takes effect twice.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { eventSecret } from '../kit/event-secrets.ts';
import { createCustomer, documentsOf, placeOrder, plentifulArticle } from '../kit/sell.ts';
import { startEventCompany, type EventCompany } from '../kit/start-event-company.ts';

let company: EventCompany;
let folder: string;
let between: Server;
let worker: ChildProcess | undefined;
/** What the receiver was sent, and whether its answer is let through. */
const sent: string[] = [];
let onCommitted: (() => boolean) | undefined;

beforeAll(async () => {
  company = await startEventCompany({ workers: ['crm'] });
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-worker-'));
  const key = { kty: 'oct', iss: 'shop', aud: 'accounting' };
  const k = Buffer.from(eventSecret('shop', 'accounting')).toString('base64url');
  await writeFile(path.join(folder, 'keys.json'), JSON.stringify({ keys: [{ ...key, k }] }));
  between = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      // Reason for the cast: none of these headers comes as a list.
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => name.startsWith('webhook-') || name === 'content-type',
        ),
      ) as Record<string, string>;
      const target = new URL(request.url ?? '/', company.urlOf('accounting'));
      const { method = 'GET' } = request;
      void fetch(target, { method, headers, ...(method === 'POST' ? { body } : {}) }).then(async (answer) => {
        if (method === 'POST') sent.push(headers['webhook-id'] ?? '');
        if (method === 'POST' && onCommitted?.() === true) return response.destroy();
        return response.writeHead(answer.status).end(await answer.text());
      });
    });
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
}, 120_000);

afterAll(async () => {
  worker?.kill('SIGKILL');
  between.closeAllConnections();
  between.close();
  await company.stop();
  await rm(folder, { recursive: true });
});

test('a worker that is killed between delivery and acknowledgement delivers again, and one invoice stands', async () => {
  const article = await plentifulArticle(company);
  const customerId = await createCustomer(company, 'Zeitpunkt GmbH');
  await company.settled();
  const first = await startWorker();
  onCommitted = () => first.kill('SIGKILL');
  const order = await placeOrder(company, customerId, article);
  const [, signal] = await once(first, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);

  onCommitted = undefined;
  await startWorker();
  await company.becomes(async () => sent.length >= 2);
  await company.becomes(async () => (await waiting()) === 0);
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
  expect(new Set(sent).size).toBe(1);
  const receipts = await company.query(
    'accounting',
    `select outcome from inbox where event_id = '${sent[0]}'`,
  );
  expect(receipts).toEqual([{ outcome: 'APPLIED' }]);
}, 60_000);

/** Until it delivers. */
async function startWorker(): Promise<ChildProcess> {
  // Reason for the cast: a server that listens on a port has such an address.
  const { port } = between.address() as AddressInfo;
  const child = spawn(process.execPath, ['subgraphs/shop/worker.ts'], {
    cwd: CHECKOUT,
    env: {
      ...process.env,
      SHOP_DATABASE_URL: company.databases.shop.runtime,
      ACCOUNTING_SUBGRAPH_URL: `http://127.0.0.1:${port}/graphql`,
      CRM_SUBGRAPH_URL: 'http://127.0.0.1:1/graphql',
      EVENT_KEYS_FILE: path.join(folder, 'keys.json'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  worker = child;
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('the worker delivers')) resolve();
    });
    child.once('exit', () => reject(new Error('the worker ended')));
  });
  return child;
}

/** How many deliveries of the shop nobody has finished. */
async function waiting(): Promise<number> {
  const owner = `select count(*)::integer as count from pgboss.job where state in ('created', 'active', 'retry')`;
  const [row] = await company.query('shop', owner);
  return Number(row?.['count']);
}
