/**
 * One command at a time on a checkout's databases, and none kept out by a dead one.
 */

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { takeCheckoutLock } from '../../../../tools/state/checkout-lock.ts';
import { identifyProcess } from '../../../../tools/state/running-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of several takers at once one gets it, and the others learn who', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => takeCheckoutLock(folder, 'npm start')));

  const held = outcomes.filter(({ kind }) => kind === 'held');
  expect(outcomes.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
  expect(held).toHaveLength(5);
  expect(held[0]).toMatchObject({ by: { pid: process.pid, command: 'npm start' } });
});

test('what is released can be taken again', async () => {
  const first = await takeCheckoutLock(folder, 'npm start');
  if (first.kind === 'taken') await first.release();

  expect(await takeCheckoutLock(folder, 'npm start')).toEqual({
    kind: 'taken',
    release: expect.any(Function),
  });
  expect(await readdir(folder)).toEqual(['running.json']);
});

test('a lock counts for nothing when its process is gone or its number is somebody else’s now', async () => {
  const identity = (await identifyProcess(process.pid)) ?? '';
  await writeLock({ pid: process.pid, identity: `${identity}0`, command: 'npm start' });

  expect((await takeCheckoutLock(folder, 'npm start')).kind).toBe('taken');
});

test('a lock file that holds nothing useful counts for nothing', async () => {
  await writeLock({});

  expect((await takeCheckoutLock(folder, 'npm start')).kind).toBe('taken');
});

async function writeLock(content: object): Promise<void> {
  await writeFile(path.join(folder, 'running.json'), JSON.stringify(content));
}
