/**
 * The committed reference of the options is the one that their definition makes.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { renderConfigReference, renderConfigSchema } from '../../../../gateway/config/render-reference.ts';

const FOLDER = join(import.meta.dirname, '../../../../gateway/config');

test.each([
  ['REFERENCE.md', renderConfigReference],
  ['config.schema.json', renderConfigSchema],
])('%s is fresh', (name, render) => {
  expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(render());
});
