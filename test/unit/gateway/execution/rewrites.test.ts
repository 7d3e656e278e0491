/**
 * A field that a subgraph was asked for under two names, of one type and of the interface: what comes of it.
 */

import { buildSchema } from 'graphql';

import { rewriteOutput } from '../../../../gateway/execution/rewrites.ts';

const schema = buildSchema(
  'type Query { box: Box }  type Box { parts: [Part!] }  type Part { id: ID  size: Int }',
);

function renamed(box: object): unknown {
  const value = { box };
  rewriteOutput(
    schema,
    [{ kind: 'KeyRenamer', path: ['box', 'parts__alias_0'], renameKeyTo: 'parts' }],
    value,
  );
  return value.box;
}

test('what came under both names belongs together', () => {
  const came = { parts: [{ id: '1' }], parts__alias_0: [{ size: 2 }] };
  expect(renamed(came)).toEqual({ parts: [{ id: '1', size: 2 }] });
});

test.each([{ surprise: 7 }, 'text', null])(
  '%j where nobody asked does not take the place of a list',
  (parts) => {
    expect(renamed({ parts, parts__alias_0: [{ size: 2 }] })).toEqual({ parts: [{ size: 2 }] });
  },
);

test.each([
  ['lists', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['objects', `${'{"parts":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
])('%s deeper than any stack cost no more than their place', (_what, deep) => {
  const box: object = JSON.parse(`{"parts":${deep},"parts__alias_0":${deep},"size":1}`);
  expect(renamed(box)).toEqual({ parts: expect.anything(), size: 1 });
  const lists: object = JSON.parse(deep);
  expect(renamed(lists)).toBe(lists);
});
