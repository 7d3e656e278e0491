/**
 * What is said of an option that is wrong: where it stands, what it must be and what stands there instead.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StartRefused } from '../../../../gateway/base/start-refused.ts';
import { readConfig } from '../../../../gateway/config/read-config.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-config-'));
  file = join(folder, 'gateway.yaml');
});

afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(yaml: string): readonly string[] {
  writeFileSync(file, yaml);
  try {
    readConfig(['--config', file, '--supergraph', 'a'], {});
  } catch (error) {
    if (error instanceof StartRefused) return error.problems;
    throw error;
  }
  return [];
}

test.each([
  ['limits: { maxTokens: "12" }', 'limits.maxTokens must be a number, not a string'],
  ['limits: { maxTokens: }', 'limits.maxTokens must be a number, and is empty'],
  ['limits: { maxTokens: [1] }', 'limits.maxTokens must be a number, not a list'],
  ['limits: { maxTokens: { is: 1 } }', 'limits.maxTokens must be a number, not a group of options'],
  ['limits: { maxTokens: 0 }', 'limits.maxTokens must be at least 1, not 0'],
  ['limits:', 'limits must be a group of options, and is empty'],
  ['console: { enabled: yes }', 'console.enabled must be true or false, not a string'],
  ['execution: { engine: true }', 'execution.engine must be one of compiled, apollo, not true'],
  ['server: { workers: many }', 'server.workers must be a whole number from 1 to 256, or `cores`'],
  ['server: { workers: 2000 }', 'server.workers must be at most 256, not 2000'],
  ['server: { cors: { origins: [7] } }', 'server.cors.origins[0] must be an http or https URL, or `*`'],
  ['console: { tokenDesk: 7 }', 'console.tokenDesk must be an http or https URL, or empty'],
  ['readiness: { operation: "{ a" }', 'readiness.operation must be a GraphQL document with one query'],
  [
    'readiness: { operation: "mutation { a }" }',
    'readiness.operation must be a GraphQL document with one query',
  ],
  [
    'identity: { issuers: [{ issuer: i, audience: a, jwksFile: k }, { issuer: i, audience: b, jwksFile: k }] }',
    'identity.issuers must name each issuer once: only the first entry would count',
  ],
  [
    'supergraph: { polling: { token: "ca nary" } }',
    'supergraph.polling.token must be visible ASCII characters',
  ],
  // Said once, and an empty name is not the folder that the config file is in.
  ['callerProof: { keysFile: [] }', 'callerProof.keysFile must be a string, not a list'],
  ['callerProof: { keysFile: "" }', 'callerProof.keysFile must be at least 1 character long'],
  // What may be a secret is not repeated.
  ['log: { subjectKey: canary }', 'log.subjectKey must be at least 16 characters long'],
  ['log: { subjectKey: 4711471147114711 }', 'log.subjectKey must be a string, not a number'],
])('%s is refused', (yaml, says) => {
  expect(problemsOf(yaml)).toEqual([`${file}: ${says}.`]);
});

test.each([
  ['server: { deadlineMs: 2147483648 }', 'server.deadlineMs'],
  ['server: { drainDelayMs: 2147483648 }', 'server.drainDelayMs'],
  ['subgraphs: { defaults: { timeoutMs: 2147483648 } }', 'subgraphs.defaults.timeoutMs'],
  ['subgraphs: { overrides: { crm: { timeoutMs: 2147483648 } } }', 'subgraphs.overrides.crm.timeoutMs'],
  ['subscriptions: { keepAliveMs: 2147483648 }', 'subscriptions.keepAliveMs'],
])('%s is refused: a timer would not wait for it at all', (yaml, path) => {
  expect(problemsOf(yaml)).toEqual([`${file}: ${path} must be at most 604800000, not 2147483648.`]);
});

test('a number of stored documents for which there is no room is refused', () => {
  expect(problemsOf('documents: { automatic: { maxDocuments: 2147483648 } }')).toEqual([
    `${file}: documents.automatic.maxDocuments must be at most 1000000, not 2147483648.`,
  ]);
});

test.each([
  ['log: {}\n---\nlimits: {}', ':2:1 begins a second document; all options stand in one.'],
  ['log: { level: !secret level }', ':1:15 has a tag ("!") that means nothing here.'],
  ['log: *levels', ' cannot be unfolded: its alias *levels stands for no anchor before it.'],
])('%j is refused as what it is', (yaml, says) => {
  expect(problemsOf(yaml)).toEqual([`${file}${says}`]);
});

test('a name that no object keeps is refused, wherever it stands', () => {
  expect(problemsOf('subgraphs: { overrides: { __proto__: { timeoutMs: 5 } } }')).toEqual([
    `${file} names something __proto__, which is no name here.`,
  ]);
});

test('a folder in the place of the config file is refused as one', () => {
  expect(() => readConfig(['--config', folder], {})).toThrow(`The config file ${folder} is a folder.`);
});
