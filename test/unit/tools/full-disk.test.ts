/**
 * What a command says where nothing more can be written: a line, and no stack.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { run } from '../../../tools/sign.ts';
import { CHECKOUT } from '../../../tools/state/state-folder.ts';

const NO_SPACE = 'ENOSPC: no space left on device, write';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'tributary-full-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function command(args: readonly string[], output: number | 'pipe') {
  const { status, stderr } = spawnSync(
    path.join(CHECKOUT, 'node_modules/.bin/node'),
    ['tools/run.js', ...args],
    { cwd: CHECKOUT, encoding: 'utf8', stdio: ['ignore', output, 'pipe'] },
  );
  return { status, stderr };
}

test('what it is to write', async () => {
  const [key, sdl] = [path.join(folder, 'key.json'), path.join(folder, 'a.graphql')];
  await run(['--new-key', key]);
  writeFileSync(sdl, 'type Query { a: Int }');
  symlinkSync('/dev/full', `${sdl}.sig`);
  expect(command(['sign', '--key', key, '--supergraph', sdl], 'pipe')).toEqual({
    status: 1,
    stderr: `There is no space left on a disk that this writes to (${NO_SPACE}).\n`,
  });
});

test('what it is to say', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = command(['start', '--help'], full);
  closeSync(full);
  expect([status, stderr]).toEqual([1, `What it says cannot be written (${NO_SPACE}).\n`]);
});
