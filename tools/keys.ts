/**
 * `npm run keys`: makes the development keys where they are missing and says where they are. Only containers need it;
 * every other command makes them by itself.
 */

import path from 'node:path';
import { provideDevelopmentKeys } from './development-keys.ts';
import { stateFolder } from './state/state-folder.ts';
import { readFlags } from './read-options.ts';

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, 'npm run keys');
  const keys = await provideDevelopmentKeys(stateFolder());
  process.stdout.write(`${path.dirname(keys.issuer)}\n`);
}
