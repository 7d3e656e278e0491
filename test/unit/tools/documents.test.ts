/**
 * The command by which frontend teams check a manifest: what it prints, and when it fails.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { apolloManifest, manifestFile, type ManifestFile } from '../../kit/manifest-file.ts';

const ROOT = join(import.meta.dirname, '../../..');

let files: ManifestFile[] = [];
afterEach(() => {
  for (const file of files) file.stop();
  files = [];
});

function documents(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/node'),
    ['tools/run.js', 'documents', ...args],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return { status, stdout: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd() };
}

function file(content: unknown): string {
  const made = manifestFile(content);
  files.push(made);
  return made.file;
}

test('documents that can be run are printed with what they cost', () => {
  const listed = {
    one: 'query One { customerByNumber(number: "C-10001") { name orders(first: 3) { nodes { number } } } }',
    two: 'query Two($first: Int!) { customers(first: $first) { nodes { name } } }',
  };
  expect(documents('check', file(apolloManifest(listed)))).toEqual({
    status: 0,
    stdout: ['one One: costs 5', expect.stringMatching(/^two Two: costs /)],
    stderr: '',
  });
});

test('a manifest that lists nothing is not taken for one that is checked', () => {
  const empty = file({});
  expect(documents('check', empty)).toEqual({
    status: 1,
    stdout: [''],
    stderr: `${empty}: no document is listed.`,
  });
});

test('all that is wrong is printed by id, over all manifests, and the command fails', () => {
  const one = file({ typo: 'query Typo { nothing }', broken: '{', fine: '{ __typename }' });
  const page = 'customers(first: 100) { nodes { orders(first: 100) { nodes { lines { quantity } } } } }';
  const other = file({
    dear: `query Dear { ${page} }`,
    twice: 'query A { __typename } query A { __typename }',
  });
  expect(documents('check', one, other)).toEqual({
    status: 1,
    stdout: [
      'typo PROBLEM: 1:14 Cannot query field "nothing" on type "Query".',
      'broken PROBLEM: 1:2 Syntax Error: Expected Name, found <EOF>.',
      'fine query: costs 0',
      expect.stringMatching(/^dear Dear: costs \d{6}$/),
      expect.stringMatching(/^dear PROBLEM: LIMIT_EXCEEDED: Dear costs \d{6}, and maxCost is 100000$/),
      'twice PROBLEM: 1:7 There can be only one operation named "A".',
    ],
    stderr: '4 of 5 documents cannot be run.',
  });
});

test('what it is asked wrongly it says in a sentence', () => {
  const usage = 'Usage: npm run documents -- check FILE … [--supergraph FILE or FOLDER] [--config FILE]';
  expect(documents('check').stderr).toBe(`Say what to do with which manifests. ${usage}`);
  expect(documents('check', '/nowhere/manifest.json').stderr).toBe(
    'The manifest /nowhere/manifest.json does not exist.',
  );
  expect(documents('check', file('{}'), '--config', '/nowhere/config.yaml').stderr).toBe(
    'The config file /nowhere/config.yaml does not exist.',
  );
});

test('a gateway that composes its supergraph of a folder is one like others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-documents-'));
  const listed = file(apolloManifest({ one: 'query One { tea { name } }', two: 'query Two { milk }' }));
  writeFileSync(join(folder, 'tea.graphql'), 'type Query { tea: Tea } type Tea { name: String }');
  writeFileSync(join(folder, 'gateway.yaml'), 'supergraph: { folder: . }');
  const checked = [documents('check', listed, '--supergraph', folder)];
  checked.push(documents('check', listed, '--config', join(folder, 'gateway.yaml')));
  writeFileSync(join(folder, 'tea.graphql'), 'type Query { tea: Te }');
  const spoilt = documents('check', listed, '--supergraph', folder);
  rmSync(folder, { recursive: true });
  for (const { stdout, stderr } of checked) {
    const problem = 'two PROBLEM: 1:13 Cannot query field "milk" on type "Query".';
    expect(stdout).toEqual(['one One: costs 1', problem]);
    expect(stderr).toBe('1 of 2 documents cannot be run.');
  }
  expect(spoilt.stderr).toContain(`${join(folder, 'tea.graphql')}:1:19: [tea] Unknown type Te`);
});
