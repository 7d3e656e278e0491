/**
 * Runs once before all tests of a jest run, in jest's own process, whose environment the workers inherit.
 */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

import { prepareTestFolder } from './test-cluster.ts';

const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/compiled');

// jest asks for a default export.
export default async function prepare(): Promise<void> {
  // Each gateway starts a planning process, which takes half the time where what it loads is compiled already.
  process.env['NODE_COMPILE_CACHE'] = COMPILED;
  enableCompileCache(COMPILED);
  await prepareTestFolder();
}
