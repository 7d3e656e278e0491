/**
 * The variable that says where code is that is compiled already: threads and processes of ours start faster with it and
 * take less. A helper gets no other, no secret above all. Knows none of them.
 */

import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

export function compileCacheEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  // It names the one for this version of Node within the one that is set.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
