/**
 * How a command is asked for its usage, and what is said of a word that it does not know.
 */

import { spawnSync } from 'node:child_process';

import { expect, test } from '@jest/globals';

import { readFlags } from '../../../tools/read-options.ts';
import { CHECKOUT } from '../../../tools/state/state-folder.ts';

const run = (...args: readonly string[]) => {
  const options = { cwd: CHECKOUT, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/node', ['tools/run.js', ...args], options);
  return { status, stdout, stderr };
};

test.each(['--help', '-h'])('a command tells its usage for %s and does nothing', (flag) => {
  const stdout = 'Usage: npm run migrate [-- --seed demo|small|none]\n';
  expect(run('migrate', flag)).toEqual({ status: 0, stdout, stderr: '' });
});

test.each(['access-matrix', 'check', 'compose', 'config-reference', 'console-build', 'keys', 'start'])(
  '%s refuses a word that it would pass over',
  (command) => {
    const { status, stdout, stderr } = run(command, 'check');
    const refusal = expect.stringMatching(/^"check" is not an option\. Usage: npm .*\n$/);
    expect([status, stdout, stderr]).toEqual([1, '', refusal]);
  },
);

test('of a value that looks like an option Node’s first sentence is told, and its advice left out', () => {
  expect(() => readFlags(['--seed', '-1'], { seed: { type: 'string' } }, 'usage')).toThrow(
    "Option '--seed' argument is ambiguous. Usage: usage",
  );
});

test('flags are read as they are', () => {
  expect(readFlags(['--base', 'x'], { base: { type: 'string' } }, 'usage')).toEqual({ base: 'x' });
});
