/**
 * The floors of the house hold because a tool refuses what climbs: each forbidden import is tried out in a house made
 * of single lines, under the real rules.
 */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHECKOUT } from '../../tools/state/state-folder.ts';

const HOUSE = {
  'schema/contract/a.ts': '',
  'gateway/base/a.ts': '',
  'gateway/config/a.ts': "import '../base/a.ts'; import '../../schema/contract/a.ts';",
  'gateway/supergraph/a.ts': "import '../config/a.ts';",
  'gateway/upstream/a.ts': '',
  'gateway/http/a.ts': 'export interface A {}',
  'subgraphs/kit/a.ts': '',
  'subgraphs/crm/connector/a.ts': "import '../../kit/a.ts';",
  'subgraphs/crm/loaders.ts': "import './connector/a.ts';",
  'subgraphs/crm/resolvers/a.ts': "import '../loaders.ts';",
  'subgraphs/crm/permissions.ts': '',
  'subgraphs/shop/loaders.ts': '',
  'tools/a.ts': "import '../gateway/http/a.ts'; import '../subgraphs/crm/loaders.ts';",
  'test/a.ts': "import '../tools/a.ts';",
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-house-'));
  await cp(path.join(CHECKOUT, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  await writeFile(path.join(folder, 'package.json'), '{ "name": "house", "type": "module" }');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a house in which everything looks downwards passes', async () => {
  expect(await violationsOf({})).toEqual([]);
});

test('everything that climbs, crosses or circles is named', async () => {
  const violations = await violationsOf({
    'gateway/base/a.ts': "import type { A } from '../http/a.ts'; export type B = A;",
    'gateway/upstream/a.ts': "import '../supergraph/a.ts'; import '../../subgraphs/kit/a.ts';",
    'schema/contract/a.ts': "import '../../tools/a.ts';",
    'subgraphs/kit/a.ts': "import '../shop/loaders.ts';",
    'subgraphs/crm/connector/a.ts': "import '../loaders.ts'; import '../../../gateway/base/a.ts';",
    'subgraphs/crm/permissions.ts': "import './connector/a.ts';",
    'subgraphs/shop/loaders.ts': "import '../crm/permissions.ts';",
    'tools/a.ts': "import '../test/a.ts';",
    'test/a.ts': "import './missing.ts';",
  });

  expect(violations.filter((violation) => !violation.startsWith('no-circles'))).toEqual([
    'gateway-base-imports-only-downwards: gateway/base/a.ts → gateway/http/a.ts',
    'gateway-upstream-imports-only-downwards: gateway/upstream/a.ts → gateway/supergraph/a.ts',
    'no-missing-files: test/a.ts → ./missing.ts',
    'schema-is-the-ground: schema/contract/a.ts → tools/a.ts',
    'subgraphs-know-no-gateway: subgraphs/crm/connector/a.ts → gateway/base/a.ts',
    'system-connector-imports-only-downwards: subgraphs/crm/connector/a.ts → subgraphs/crm/loaders.ts',
    'system-permissions-imports-only-downwards: subgraphs/crm/permissions.ts → subgraphs/crm/connector/a.ts',
    'systems-are-strangers: subgraphs/shop/loaders.ts → subgraphs/crm/permissions.ts',
    'the-gateway-knows-no-subgraph: gateway/upstream/a.ts → subgraphs/kit/a.ts',
    'the-kit-knows-no-system: subgraphs/kit/a.ts → subgraphs/shop/loaders.ts',
    'tools-are-not-tested-code: tools/a.ts → test/a.ts',
  ]);
});

test('two files that need only each other’s types are a circle', async () => {
  const violations = await violationsOf({
    'gateway/base/a.ts': "import type { B } from './b.ts'; export interface A { b: B }",
    'gateway/base/b.ts': "import type { A } from './a.ts'; export interface B { a: A }",
  });

  expect(violations).toEqual(['no-circles: gateway/base/a.ts → gateway/base/b.ts']);
});

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

async function violationsOf(changes: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, content] of Object.entries({ ...HOUSE, ...changes })) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  const program = path.join(CHECKOUT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const config = path.join(CHECKOUT, '.dependency-cruiser.js');
  const args = [
    program,
    'gateway',
    'subgraphs',
    'schema',
    'tools',
    'test',
    '--config',
    config,
    '--output-type',
    'json',
  ];
  // It exits with the number of errors; what it found is on its output either way.
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_problem, stdout) => resolve(stdout));
  });
  // The tool's own format, of which the comparison above uses three names.
  const { summary } = JSON.parse(output) as Report;
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`).sort();
}
