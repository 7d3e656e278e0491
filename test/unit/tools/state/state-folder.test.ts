/**
 * The folder that a checkout keeps its state in, where it cannot be had.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandRefused } from '../../../../tools/command-refused.ts';
import { makeStateFolder } from '../../../../tools/state/state-folder.ts';

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
