/**
 * The command that reports on outages: what it prints, and when it fails.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-outages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function outages(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/node'),
    ['tools/run.js', 'outages', ...args],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('without an operation that loses more than a system owns it succeeds, also when it is strict', () => {
  const harmless = file('harmless.graphql', '{ orders { nodes { number billingStatus } } }');
  const { status, stdout, stderr } = outages(harmless, '--strict');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'harmless without accounting:',
    '  orders.nodes.billingStatus: null',
    'harmless without crm: nothing is lost',
    'harmless without shop:',
    '  orders: null',
    '',
  ]);
});

test('one that loses more is reported, and refused where it is strict', () => {
  const greedy = file('greedy.graphql', '{ orders { nodes { number customer { id name } } } }');
  expect(outages(greedy).status).toBe(0);
  const strict = outages(greedy, '--strict', '--json');
  expect([strict.status, strict.stderr]).toEqual([
    1,
    'In 1 places an outage empties more than what the system owns.\n',
  ]);
  expect(JSON.parse(strict.stdout).operations[1]).toEqual({
    operation: 'greedy',
    system: 'crm',
    lost: [
      {
        path: 'orders.nodes.customer',
        field: 'Order.customer',
        because: 'chain',
        from: ['Customer.name'],
        takesAlong: ['orders.nodes.customer.id'],
      },
    ],
  });
});

test('an operation that does not fit the schema is refused at its place', () => {
  const wrong = file('wrong.graphql', '{\n  nobody\n}');
  const { status, stderr } = outages(wrong);
  expect([status, stderr]).toEqual([1, `${wrong}:2:3 Cannot query field "nobody" on type "Query".\n`]);
});

test('what excludes itself loses nothing and is named; cases that differ are told apart', () => {
  const within = file(
    'within.graphql',
    'query ($a: Boolean!) { orders @skip(if: $a) { nodes { number customer @include(if: $a) { name } } } }',
  );
  const { status, stdout, stderr } = outages(within);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').slice(0, 9)).toEqual([
    'within with $a: false without accounting: nothing is lost',
    'within with $a: false without crm: nothing is lost',
    'within with $a: false without shop:',
    '  orders: null',
    'within with $a: true without accounting: nothing is lost',
    'within with $a: true without crm: nothing is lost',
    'within with $a: true without shop: nothing is lost',
    'Never run, whatever the variables: within:1:62 customer',
    '',
  ]);
});

test('each operation of a file is reported by its name', () => {
  const both = file(
    'both.graphql',
    'query A { orders { nodes { id } } } query B { orders { nodes { id } } }',
  );
  const named = outages(both)
    .stdout.split('\n')
    .filter((line) => line.startsWith('both'));
  expect(named.map((line) => line.slice(0, 6))).toEqual(
    ['A', 'A', 'A', 'B', 'B', 'B'].map((each) => `both ${each}`),
  );
});

test('of what cannot be read it says why', () => {
  expect(outages('/nowhere').stderr).toMatch(/^\/nowhere does not exist\. Usage: /);
});
