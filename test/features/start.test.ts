/**
 * `npm start`: one command brings the company up, the question that it prints is answered by three systems, and neither
 * Ctrl-C nor kill -9 leaves anything that a next start would stumble over.
 */

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npmStart, processesOf, runNpmStart, type StartedCompany } from '../kit/npm-start.ts';
import { provideDevelopmentKeys } from '../../tools/development-keys.ts';
import { signDevelopmentToken } from '../../tools/development-token.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

let home: string;
let company: StartedCompany;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'tributary-start-'));
  // The database server may run as another user, who must get through to its data.
  await chmod(home, 0o711);
  company = await npmStart(home);
});

afterAll(async () => {
  for (const { pid } of await processesOf(home)) process.kill(pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('the question that it prints is answered by the CRM, accounting and the shop', async () => {
  expect(await askPrintedQuestion()).toEqual({
    data: {
      customerByNumber: {
        name: expect.stringMatching(/./),
        receivable: { amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'EUR' },
        orders: {
          nodes: expect.arrayContaining([
            { number: expect.stringMatching(/^B-/), billingStatus: expect.stringMatching(/^[A-Z_]+$/) },
          ]),
        },
      },
    },
  });
});

test('it is ready, and small', async () => {
  const processes = await processesOf(home);
  const gateway = processes.find(({ command }) => command.includes('gateway/main.ts'));

  expect((await fetch(new URL('/ready', company.endpoint))).status).toBe(200);
  expect(gateway?.rssMiB).toBeLessThan(200);
  expect(processes.reduce((sum, { rssMiB }) => sum + rssMiB, 0)).toBeLessThan(1250);
});

test('a second one in the same checkout says so and ends with 1', async () => {
  const second = runNpmStart(home);

  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(
    /"npm start" \(process \d+\) runs already on the databases of this checkout/,
  );
});

test('a port that is taken is told before anything is made', async () => {
  const other = await mkdtemp(path.join(tmpdir(), 'tributary-start-'));
  const { port } = new URL(company.endpoint);
  const second = runNpmStart(other, { port: Number(port) });

  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(
    `Port ${port} on 127.0.0.1 is taken by another process: choose another, as in "PORT=4100 npm start".`,
  );
  expect(await readdir(other)).not.toContain('postgres');
  await rm(other, { recursive: true, force: true });
});

test('after kill -9 of all of it the next start has the same data', async () => {
  const before = await askPrintedQuestion();
  for (const { pid } of await processesOf(home)) process.kill(pid, 'SIGKILL');
  await company.ended;

  company = await npmStart(home);
  expect(await askPrintedQuestion()).toEqual(before);
});

test('when only npm is killed everything ends, and the next start waits for that', async () => {
  company.npm.kill('SIGKILL');
  await company.ended;

  company = await npmStart(home);
  expect((await fetch(new URL('/ready', company.endpoint))).status).toBe(200);
});

test('Ctrl-C ends it with 0 and leaves no process', async () => {
  company.npm.kill('SIGINT');

  expect(await company.ended).toBe(0);
  expect(company.output()).toMatch(/\nStopping …\nEverything is stopped\.\n$/);
  // npm hears of the end through a closed pipe, the kernel may take a moment longer to clear the last entry.
  expect(await isTrueWithin(async () => (await processesOf(home)).length === 0, PATIENCE_MS)).toBe(true);
});

async function askPrintedQuestion(): Promise<unknown> {
  const body = /-d '(?<body>.*)'/.exec(company.output())?.groups?.['body'] ?? '';
  const role = /--as (?<role>\w+)/.exec(company.output())?.groups?.['role'];
  expect(role).toBe('sales');
  const keys = await provideDevelopmentKeys(home);
  const token = await signDevelopmentToken(keys.issuer, {
    subject: 'a reader',
    role: 'sales',
    lifetimeMinutes: 5,
  });
  const response = await fetch(company.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  return response.json();
}
