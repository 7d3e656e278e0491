/**
 * Each entity of a fetch is represented or left, and equal ones are asked for once: plainly, as for the first uses of a
 * plan, and by generated code. SEED makes the entities others.
 */

import type { FetchNode } from '@apollo/query-planner';
import * as fc from 'fast-check';
import { buildSchema, OperationTypeNode } from 'graphql';

import { parseExactly } from '../../../../gateway/base/exact-json.ts';
import { inUse } from '../../../../gateway/execution/generate-code.ts';
import type { Data } from '../../../../gateway/execution/own-property.ts';
import { compileRepresent } from '../../../../gateway/execution/represent-all.ts';
import { compileRepresenter } from '../../../../gateway/execution/representations.ts';
import { SEED } from '../../../kit/seed.ts';

const SCHEMA = buildSchema(`
  scalar Any
  enum Hue { RED }
  type Query { part: Part }
  type Part { id: ID! code: String count: Int! size: Float hue: Hue any: Any lists: [Int!] constructor: Boolean }
`);
const FIELDS = ['id', 'code', 'count', 'size', 'hue', 'any', 'lists', 'constructor'];

const written = '"1" "RED" 1 -0 0 1.5 null true 12345678901234567890 1e400 [1] [1,null] [] {"a":1} "\\ud800"';
const anything = fc.constantFrom(...written.split(' ')).map((text) => parseExactly(text));
const right = {
  id: fc.constantFrom('1', '2', 1, parseExactly('12345678901234567890')),
  code: fc.constantFrom('x', null),
  count: fc.constantFrom(1, 2),
  size: fc.constantFrom(0, -0, 1.5),
  hue: fc.constantFrom('RED', null),
  any: fc.constantFrom(null, 1, { a: 1 }, [1], parseExactly('12345678901234567890')),
  lists: fc.constantFrom(null, [1], []),
  constructor: fc.constantFrom(true, null),
};
const odd = fc.record(
  {
    __typename: fc.constantFrom('Part', 'Query', 1),
    ...Object.fromEntries(FIELDS.map((name) => [name, anything])),
  },
  { requiredKeys: ['__typename'] },
);
const part: fc.Arbitrary<Data> = fc.oneof(fc.record({ __typename: fc.constant('Part'), ...right }), odd);

function fetchNeeding(names: readonly string[]): FetchNode {
  const selections = ['__typename', ...names].map((name) => ({ kind: 'Field' as const, name }));
  const requires = [{ kind: 'InlineFragment' as const, typeCondition: 'Part', selections }];
  return {
    kind: 'Fetch',
    serviceName: 'stock',
    operationKind: OperationTypeNode.QUERY,
    operationName: undefined,
    operation: '{ part { id } }',
    requires,
  };
}

test.each([
  ['the plain way', Infinity],
  ['generated code', 0],
])('%s', (_way, after) => {
  const before = inUse.after;
  inUse.after = after;
  const parts = fc.array(part, { maxLength: 8 });
  const needed = fc.subarray(FIELDS, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(needed, parts, (names, entities) => {
      const node = fetchNeeding(names);
      const { representations, targets, left } = compileRepresent(node, SCHEMA).represent(entities);
      const { cut } = compileRepresenter(node, SCHEMA);
      const texts = representations.map((each) => JSON.stringify(each));
      expect(new Set(texts).size).toBe(texts.length);
      const found = entities.map((entity) => {
        const at = targets.flatMap((alike, index) => (alike.includes(entity) ? [texts[index]] : []));
        return left.includes(entity) ? [...at, undefined] : at;
      });
      expect(found).toEqual(entities.map((entity) => [JSON.stringify(cut(entity))]));
    }),
    { seed: SEED, numRuns: 2_000 },
  );
  inUse.after = before;
});
