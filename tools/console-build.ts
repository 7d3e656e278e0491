/**
 * `npm run console:build`: makes the console's page ahead of time, so that it is there for the first who opens it and
 * where the bundler is not installed, as in production. Starts nothing.
 */

import { bundlePage } from '../gateway/console/bundle-page.ts';
import { providePage } from '../gateway/console/built-page.ts';
import { readFlags } from './read-options.ts';

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, 'npm run console:build');
  const { files } = await providePage(bundlePage);
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  process.stdout.write(`The console has ${files.size} files, ${Math.round(bytes / 1024)} KiB compressed.\n`);
}
