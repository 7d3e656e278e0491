/**
 * A server process under care: heard, restarted on the same port, stopped, and its last words kept.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  startProcess,
  type ManagedProcess,
  type ProcessPlan,
} from '../../../../tools/start/managed-process.ts';
import { identifyProcess, isTrueWithin } from '../../../../tools/state/running-process.ts';
import { PATIENCE_MS } from '../../../kit/patience.ts';

/** Listens on PORT, says where, answers with its process number. */
const SERVER = `
const { createServer } = require('node:http');
const server = createServer((request, response) => response.end(String(process.pid)));
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log('listening');
  process.send({ kind: 'listening', url: 'http://127.0.0.1:' + server.address().port });
});
process.on('disconnect', () => process.exit(0));
`;

let folder: string;
let running: ManagedProcess | undefined;
const news: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-process-'));
  news.length = 0;
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

test('a process that dies is started again on the same port', async () => {
  running = await start(SERVER);
  const { url } = running;
  const first = Number(await ask(url));
  process.kill(first, 'SIGKILL');

  expect(
    await isTrueWithin(async () => Number(await ask(url).catch(() => first)) !== first, PATIENCE_MS),
  ).toBe(true);
  expect(await isTrueWithin(() => Promise.resolve(news.length === 2), PATIENCE_MS)).toBe(true);
  expect(news).toEqual([
    `server ended (SIGKILL) and is started again in 0.5 s; its log is ${path.join(folder, 'log')}.`,
    'server runs again.',
  ]);
  expect(await readFile(path.join(folder, 'log'), 'utf8')).toBe('listening\nlistening\n');
});

test('a process that was stopped is gone and stays away', async () => {
  const stopped = await start(SERVER);
  const pid = stopped.pid() ?? 0;
  await stopped.stop();

  expect(await identifyProcess(pid)).toBeUndefined();
  expect(news).toEqual([]);
});

test('one that ends before it listens is refused with its last words', async () => {
  const log = path.join(folder, 'log');

  await expect(start("console.error('no database'); process.exit(1)")).rejects.toMatchObject({
    name: 'CommandRefused',
    message: `server did not start. Its last words (${log}):\nno database`,
  });
});

async function start(program: string): Promise<ManagedProcess> {
  const file = path.join(folder, 'server.cjs');
  await writeFile(file, program);
  const plan: ProcessPlan = {
    name: 'server',
    file,
    environment: { PORT: '0' },
    logFile: path.join(folder, 'log'),
    onOutput: undefined,
    onNews: (sentence) => news.push(sentence),
  };
  return startProcess(plan);
}

async function ask(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close' } })).text();
}
