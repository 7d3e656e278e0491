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
const workers: ChildProcess[] = [];
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
});

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  between.closeAllConnections();
  between.close();
  await company.stop();
  await rm(folder, { recursive: true });
});

test('a worker that is killed between delivery and acknowledgement delivers again, and one invoice stands', async () => {
  const article = await plentifulArticle(company);
  const customerId = await createCustomer(company, 'Zeitpunkt GmbH');
  await company.settled();
  const { child: first } = await startWorker();
  onCommitted = () => first.kill('SIGKILL');
  const order = await placeOrder(company, customerId, article);
  const [, signal] = await once(first, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);

  onCommitted = undefined;
  const { child: second } = await startWorker();
  await company.becomes(async () => sent.length >= 2);
  await company.becomes(async () => (await waiting()) === 0);
  expect(await documentsOf(company, order.id)).toMatchObject([{ kind: 'INVOICE', status: 'OPEN' }]);
  expect(new Set(sent).size).toBe(1);
  const receipts = await company.query(
    'accounting',
    `select outcome from inbox where event_id = '${sent[0]}'`,
  );
  expect(receipts).toEqual([{ outcome: 'APPLIED' }]);
  await end(second);
});

test('of two workers one delivers, and the other goes on when that one is gone', async () => {
  const leader = await startWorker();
  const other = await startWorker('the worker answers');
  const idle = {
    unrelayed: 0,
    deliveries: [{ subscriber: 'accounting', waiting: 0, retrying: 0, dead: 0 }],
  };
  expect(await readyOf(leader)).toEqual({ status: 'ready', role: 'leader', ...idle });
  expect(await readyOf(other)).toEqual({ status: 'ready', role: 'standby', ...idle });
  const metrics = await (await fetch(`${other.url}/metrics`)).text();
  expect(metrics).toContain('tributary_events{subscriber="accounting",state="dead"} 0\n');

  await end(leader.child);
  const article = await plentifulArticle(company);
  const customerId = await createCustomer(company, 'Nachfolger GmbH');
  await company.becomes(async () => {
    const copies = await company.query(
      'shop',
      `select from customer_copy where customer_id = '${customerId}'`,
    );
    return copies.length > 0;
  });
  const order = await placeOrder(company, customerId, article);
  await company.becomes(async () => (await documentsOf(company, order.id)).length === 1);
  expect(await readyOf(other)).toMatchObject({ role: 'leader' });
});

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Until it says so. */
async function startWorker(says = 'the worker delivers'): Promise<Started> {
  // Reason for the cast: a server that listens on a port has such an address.
  const { port } = between.address() as AddressInfo;
  const child = spawn(process.execPath, ['subgraphs/shop/worker.ts'], {
    cwd: CHECKOUT,
    env: {
      ...process.env,
      PORT: '0',
      SHOP_WORKER_DATABASE_URL: company.databases.shop.worker,
      ACCOUNTING_SUBGRAPH_URL: `http://127.0.0.1:${port}/graphql`,
      CRM_SUBGRAPH_URL: 'http://127.0.0.1:1/graphql',
      EVENT_KEYS_FILE: path.join(folder, 'keys.json'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(child);
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(says)) resolve();
    });
    child.once('exit', () => reject(new Error(`the worker ended: ${text}`)));
  });
  return { child, url: /"url":"(?<url>[^"]+)"/.exec(text)?.groups?.['url'] ?? '' };
}

async function readyOf({ url }: Started): Promise<unknown> {
  return (await fetch(`${url}/ready`)).json();
}

/** How many deliveries of the shop nobody has finished. */
async function waiting(): Promise<number> {
  const owner = `select count(*)::integer as count from pgboss.job where state in ('created', 'active', 'retry')`;
  const [row] = await company.query('shop', owner);
  return Number(row?.['count']);
}
