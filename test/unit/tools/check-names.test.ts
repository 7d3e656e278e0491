/**
 * The rules about names and registries that no linter has.
 */

import { checkName, findRegistry } from '../../../tools/check-names.ts';

test.each([
  ['gateway/config/read-config.ts', []],
  ['.dependency-cruiser.js', []],
  ['test/features/start.test.ts', []],
  ['README.md', []],
  ['gateway/base/utils.ts', ['gateway/base/utils.ts: "utils" does not say what is inside.']],
  ['gateway/index.test.ts', ['gateway/index.test.ts: "index" does not say what is inside.']],
  ['subgraphs/helpers/a.ts', ['subgraphs/helpers/a.ts: "helpers" does not say what is inside.']],
  ['tools/readConfig.ts', ['tools/readConfig.ts: not in kebab-case.']],
])('%s: %j', (file, problems) => {
  expect(checkName(file)).toEqual(problems);
});

test('a text that names where packages come from is found', () => {
  // Put together here, since this file is searched too.
  const host = ['registry', 'npmjs', 'org'].join('.');
  const lockfileMember = ['"resolved"', '"https://packages.example/a-1.0.0.tgz"'].join(': ');
  expect(findRegistry(lockfileMember)).toBe(lockfileMember.split('//')[0]);
  expect(findRegistry(`npm config set ${host}`)).toBe(host);
  expect(findRegistry('"resolved": "file:../a"')).toBeUndefined();
});
