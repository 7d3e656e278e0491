/**
 * The client's data is the same whether it is cut plainly, as for the first uses of an operation, or by generated code,
 * as for later ones and where there is much of it; and neither gives any where something is missing or wrong.
 */

import { buildSchema, getOperationAST, parse } from 'graphql';

import { compileProjection, type Projection } from '../../../../gateway/execution/compile-projection.ts';
import { rootSet } from '../../../../gateway/execution/compile-operation.ts';

const SCHEMA = buildSchema(`
  type Query { people: [Person!]  first: Named }
  interface Named { name: String }
  type Person implements Named { id: ID!  name: String  age: Int  friends: [Person] }
  type Firm implements Named { name: String  size: Float }
`);
const QUERY = `{
  named: first { __typename name ... on Firm { size } }
  people { id called: name age friends { id } }
}`;
const USES = [1, 2, 3, 4];

function projection(): Projection {
  const document = parse(QUERY);
  const rootType = SCHEMA.getQueryType()!;
  const sets = [rootSet(document, getOperationAST(document)!)];
  return compileProjection({ schema: SCHEMA, rootType, sets }).project;
}

function person(id: number | string) {
  return { id, called: `n${id}`, age: null, friends: [{ id: 'f', more: 1 }, null], unasked: 1 };
}

function rootOf(people: readonly object[]) {
  return { people, named: { size: 1.5, name: 'F', __typename: 'Firm' }, unasked: true };
}

test.each([0, 1, 49, 50, 1000])('%i objects, at every use', (count) => {
  const project = projection();
  const people = Array.from({ length: count }, (_, index) => person(index));
  const expected = {
    named: { __typename: 'Firm', name: 'F', size: 1.5 },
    people: people.map(({ id, called }) => ({
      id: String(id),
      called,
      age: null,
      friends: [{ id: 'f' }, null],
    })),
  };
  for (const _use of USES) expect(JSON.stringify(project(rootOf(people)))).toBe(JSON.stringify(expected));
});

test.each<[string, object]>([
  ['a field that nobody gave', { id: '1', called: 'n', age: 1 }],
  ['a null that cannot be', { ...person('1'), id: null }],
  ['a value of another type', { ...person('1'), age: 1.5 }],
  ['an object instead of a list', { ...person('1'), friends: {} }],
])('%s leaves no data at any use', (_what, broken) => {
  for (const people of [[broken], [...Array.from({ length: 500 }, (_, index) => person(index)), broken]]) {
    const project = projection();
    for (const _use of USES) expect(project(rootOf(people))).toBeUndefined();
  }
});
