/**
 * The code that is generated for a path finds what the plain walk finds, in the same order.
 */

import { compileGather } from '../../../../gateway/execution/compile-gather.ts';
import { gatherEntities } from '../../../../gateway/execution/gather-entities.ts';
import { isRecord } from '../../../../gateway/base/is-record.ts';

const shared = [{ id: 'shared' }];
// Parsed, so that `__proto__` is a name like any other.
const root: unknown = JSON.parse(`{
  "lists": [[{ "id": 1 }, null], [], [[{ "id": 2 }]]],
  "one": { "two": { "id": 3 }, "text": "no object" },
  "mixed": [{ "two": [{ "id": 4 }] }, 7, "text", { "two": null }, {}],
  "__proto__": { "constructor": { "id": 5 } },
  "quo\\"te": [{ "id": 6 }]
}`);
if (!isRecord(root)) throw new Error('it is one');
const data = { ...root, twice: [{ two: shared }, { two: shared }] };
Object.defineProperty(data, '__proto__', { value: root['__proto__'], enumerable: true });

test.each([
  [[], 1],
  [['lists', '@'], 2],
  [['one', 'two'], 1],
  [['one', '@'], 0],
  [['one', 'text', 'id'], 0],
  [['mixed', '@', 'two', '@'], 1],
  [['twice', '@', 'two', '@'], 1],
  [['__proto__', 'constructor'], 1],
  [['one', 'constructor'], 0],
  [['toString'], 0],
  [['quo"te', '@'], 1],
])('%j', (path, count) => {
  const gather = compileGather(path);
  const expected = gatherEntities(data, path);
  expect(expected).toHaveLength(count);
  // The code is generated when the path has been used a few times.
  for (let use = 0; use < 5; use += 1) expect(gather(data)).toEqual(expected);
});
