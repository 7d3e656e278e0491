/**
 * Who stops a command that executes the matrix leaves nothing behind: no PostgreSQL, no folder.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { isTrueWithin, signalProcess } from '../../../../tools/state/running-process.ts';
import { CHECKOUT } from '../../../../tools/state/state-folder.ts';
import { CHILD_ENVIRONMENT } from '../../../kit/child-environment.ts';
import { PATIENCE_MS } from '../../../kit/patience.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-stopped-'));
  await chmod(folder, 0o711);
});

afterAll(() => rm(folder, { recursive: true }));

async function postmasterIn(place: string): Promise<number | undefined> {
  const [name] = await readdir(place);
  const file = path.join(place, name ?? '', 'postgres/server/data/postmaster.pid');
  const [pid] = await readFile(file, 'utf8').then(
    (lines) => lines.split('\n'),
    () => [],
  );
  return pid === undefined ? undefined : Number(pid);
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends what was started for the matrix', async (signal) => {
  const child = spawn(process.execPath, [path.join(CHECKOUT, 'tools/run.js'), 'access-matrix'], {
    env: { ...CHILD_ENVIRONMENT, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const ended = once(child, 'exit');
  const isUp = async () => (await postmasterIn(folder)) !== undefined;
  expect(await isTrueWithin(isUp, PATIENCE_MS)).toBe(true);
  const pid = await postmasterIn(folder);
  child.kill(signal);
  expect([await ended, await said]).toEqual([[1, null], 'Stopped.\n']);
  expect([await readdir(folder), signalProcess(pid ?? 0, 0)]).toEqual([[], false]);
});
