/**
 * The gateway on several processes behind one port: real processes, one of which is killed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { honest, serve, slow, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { composed, postOf } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const MAIN = join(import.meta.dirname, '../../gateway/main.ts');

let folder: string;
let served: readonly ServedSubgraph[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-workers-'));
  served = await Promise.all([crm, accounting, shop].map(serve));
  writeFileSync(join(folder, 'supergraph.graphql'), composed(served));
  writeFileSync(
    join(folder, 'two.yaml'),
    'supergraph: { file: supergraph.graphql }\nserver: { workers: 2, port: 0 }',
  );
});

afterAll(async () => {
  await Promise.all(served.map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
});

function spawnGateway(...flags: string[]) {
  const child = spawn(NODE, [MAIN, '--config', join(folder, 'two.yaml'), ...flags], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return { child, exited: once(child, 'exit'), stderr: text(child.stderr!) };
}

test('a worker that is killed is replaced, the others answer, and SIGTERM ends all with 0', async () => {
  const { child, exited } = spawnGateway();
  const logged: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => logged.push(JSON.parse(line)));
  const [{ url }] = await once(child, 'message');
  const listening = () => logged.filter(({ msg }) => msg === 'worker listens');
  const ask = async () => {
    const headers = { connection: 'close' };
    const response = await fetch(`${url}/graphql`, postOf('{ customer(id: "1") { name } }', { headers }));
    return response.json();
  };
  const answers = async (count: number) => {
    for (let asked = 0; asked < count; asked += 1)
      expect(await ask()).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  };
  const answering = () =>
    [
      ...new Set(logged.filter(({ msg }) => msg === 'request ended').map(({ worker }) => Number(worker))),
    ].sort();
  expect(await isTrueWithin(async () => listening().length === 2, PATIENCE_MS)).toBe(true);
  await answers(6);
  // The one that is killed takes along what it has not written yet.
  expect(await isTrueWithin(async () => answering().length === 2, PATIENCE_MS)).toBe(true);
  const killed = listening()[0]!;
  process.kill(Number(killed['pid']), 'SIGKILL');
  expect(await isTrueWithin(async () => logged.some(({ msg }) => msg === 'worker died'), PATIENCE_MS)).toBe(
    true,
  );
  await answers(6);
  expect(await isTrueWithin(async () => listening().length === 3, PATIENCE_MS)).toBe(true);
  await answers(6);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(logged.filter(({ msg }) => msg === 'worker died')).toEqual([
    expect.objectContaining({
      level: 'error',
      worker: killed['worker'],
      signal: 'SIGKILL',
      restartInMs: 100,
    }),
  ]);
  expect(answering()).toEqual([1, 2, 3]);
});

test('what ends every process of the group cuts nothing short: a worker is told to stop twice', async () => {
  const word = slow(
    honest('words', 'type Query { word: String }', { Query: { word: () => 'yes' } }),
    '500ms',
  );
  const words = await serve(word);
  writeFileSync(join(folder, 'words.graphql'), composed([words]));
  const config = join(folder, 'words.yaml');
  writeFileSync(
    config,
    'supergraph: { file: words.graphql }\nserver: { workers: 2, port: 0, drainDelayMs: 3000 }',
  );
  const { child, exited } = spawnGateway('--config', config);
  const logged: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => logged.push(JSON.parse(line)));
  const [{ url }] = await once(child, 'message');
  const pids = () => logged.filter(({ msg }) => msg === 'worker listens').map(({ pid }) => Number(pid));
  const stopping = () => logged.filter(({ msg }) => msg === 'gateway stops').length;
  expect(await isTrueWithin(async () => pids().length === 2, 20_000)).toBe(true);
  for (const pid of pids()) process.kill(pid, 'SIGTERM');
  expect(await isTrueWithin(async () => stopping() === 2, 10_000)).toBe(true);
  const ask = async () => (await fetch(`${url}/graphql`, postOf('{ word }'))).json();
  const asked = Promise.all([1, 2, 3, 4].map(() => ask().catch(String)));
  expect(await isTrueWithin(async () => words.received.length === 4, 10_000)).toBe(true);
  child.kill('SIGTERM');
  const answer = { data: { word: 'yes' } };
  expect(await asked).toEqual([answer, answer, answer, answer]);
  expect(await exited).toEqual([0, null]);
  expect(stopping()).toBe(3);
  await words.stop();
});

test('a worker that dies while another one starts in its place is told like any other', async () => {
  const { child, exited } = spawnGateway();
  const logged: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => logged.push(JSON.parse(line)));
  await once(child, 'message');
  const [first] = logged.filter(({ msg }) => msg === 'worker listens');
  child.kill('SIGHUP');
  process.kill(Number(first!['pid']), 'SIGKILL');
  const isRenewed = () => Promise.resolve(logged.some(({ msg }) => msg === 'workers renewed'));
  expect(await isTrueWithin(isRenewed, PATIENCE_MS)).toBe(true);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(logged.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({ worker: first!['worker'], signal: 'SIGKILL', msg: 'worker died' }),
  ]);
});

test('a worker listens only when its trusted documents are prepared', async () => {
  writeFileSync(join(folder, 'manifest.json'), '{ "card": "query Card { customer(id: \\"1\\") { name } }" }');
  const config = join(folder, 'documents.yaml');
  writeFileSync(
    config,
    'supergraph: { file: supergraph.graphql }\nserver: { workers: 2, port: 0, drainDelayMs: 0 }\n' +
      'documents: { mode: only, manifests: [{ file: manifest.json }] }',
  );
  const { child, exited } = spawnGateway('--config', config);
  const said: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { worker, msg } = JSON.parse(line);
    said.push(`${worker} ${msg}`);
  });
  await once(child, 'message');
  const placeOf = (worker: number, msg: string) => said.indexOf(`${worker} ${msg}`);
  const listens = (worker: number) => placeOf(worker, 'gateway listens') >= 0;
  expect(await isTrueWithin(() => Promise.resolve(listens(1) && listens(2)), PATIENCE_MS)).toBe(true);
  for (const worker of [1, 2]) {
    const prepared = placeOf(worker, 'trusted documents are prepared');
    expect([prepared >= 0, prepared < placeOf(worker, 'gateway listens')]).toEqual([true, true]);
  }
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('what is wrong is said once, and the exit is 1', async () => {
  const { exited, stderr } = spawnGateway('--supergraph', join(folder, 'nowhere.graphql'));
  expect(await exited).toEqual([1, null]);
  expect(await stderr).toBe(
    `The gateway does not start.\n  - The supergraph ${join(folder, 'nowhere.graphql')} does not exist.\n`,
  );
});
