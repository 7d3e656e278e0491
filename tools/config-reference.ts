/**
 * `npm run config:reference`: writes the reference page and the JSON Schema of the gateway's options, and the list of
 * all metrics, from their one definition; with `--check` it only says whether the committed files are up to date.
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderConfigReference, renderConfigSchema } from '../gateway/config/render-reference.ts';
import { CommandRefused } from './command-refused.ts';
import { renderMetricsReference } from './operations/render-metrics.ts';
import { readFlags } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';

const USAGE = 'npm run config:reference [-- --check]';
const FILES = [
  { name: 'gateway/config/REFERENCE.md', render: renderConfigReference },
  { name: 'gateway/config/config.schema.json', render: renderConfigSchema },
  { name: 'tools/operations/METRICS.md', render: renderMetricsReference },
];

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, { check: { type: 'boolean' } }, USAGE);
  const stale: string[] = [];
  for (const { name, render } of FILES) {
    const file = path.join(CHECKOUT, name);
    const fresh = render();
    if ((await readFile(file, 'utf8').catch(() => undefined)) === fresh) continue;
    stale.push(name);
    if (values.check !== true) await writeFile(file, fresh);
  }
  if (stale.length === 0) return;
  if (values.check === true) {
    throw new CommandRefused(
      `${stale.join(' and ')}: not what the options say; run "npm run config:reference" and commit.`,
    );
  }
  process.stdout.write(`${stale.join(' and ')}: written.\n`);
}
