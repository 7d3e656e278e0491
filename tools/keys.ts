/**
 * `npm run keys`: makes the development keys where they are missing and says where they are. Only containers need it;
 * every other command makes them by itself.
 */

import path from 'node:path';
import { provideDevelopmentKeys } from './development-keys.ts';
import { stateFolder } from './state/state-folder.ts';

export async function run(): Promise<void> {
  const keys = await provideDevelopmentKeys(stateFolder());
  process.stdout.write(`${path.dirname(keys.issuer)}\n`);
}
