/**
 * The folder that a checkout keeps its state in, where it cannot be had.
 */

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandRefused } from '../../../../tools/command-refused.ts';
import { CHECKOUT, makeStateFolder } from '../../../../tools/state/state-folder.ts';

test('a place that is no folder is refused in a sentence that says how to choose another', async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'tributary-state-'));
  const file = path.join(parent, 'file');
  await writeFile(file, '');
  try {
    await expect(makeStateFolder(file)).rejects.toEqual(
      new CommandRefused(
        `Nothing can be kept in ${file} (EEXIST): set TRIBUTARY_HOME to a folder that you may write to.`,
      ),
    );
  } finally {
    await rm(parent, { recursive: true });
  }
});

test('a place where no folder can be made is refused at once, by the command too', async () => {
  const folder = '/proc/nope/deeper';
  const refusal = `Nothing can be kept in ${folder} (ENOENT): set TRIBUTARY_HOME to a folder that you may write to.`;
  await expect(makeStateFolder(folder)).rejects.toEqual(new CommandRefused(refusal));
  const { status, stderr } = spawnSync(
    path.join(CHECKOUT, 'node_modules/.bin/node'),
    ['tools/run.js', 'start'],
    { cwd: CHECKOUT, encoding: 'utf8', env: { ...process.env, TRIBUTARY_HOME: folder }, timeout: 60_000 },
  );
  expect([status, stderr]).toEqual([1, `${refusal}\n`]);
});
