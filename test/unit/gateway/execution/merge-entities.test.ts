/**
 * The code that is generated for putting entities into their places does what the plain way does.
 */

import { expect, test } from '@jest/globals';

import { compileMergeEntities, type MergingParts } from '../../../../gateway/execution/merge-entities.ts';
import type { Data } from '../../../../gateway/execution/own-property.ts';

const parts: MergingParts = {
  interfaces: new Set(['Thing']),
  copies: false,
  dropUnasked: undefined,
  rewrite: undefined,
  keys: () => ['weight', 'maker', 'quo"te'].map((key) => ({ key, drop: undefined })),
};

/** What stands at the places after each use, the first of which are made the plain way. */
function merged(
  own: Partial<MergingParts>,
  places: readonly (readonly Data[])[],
  entities: readonly unknown[],
) {
  const merge = compileMergeEntities({ ...parts, ...own });
  return Array.from({ length: 5 }, () => {
    const targets = structuredClone(places);
    const unanswered = merge(targets, structuredClone(entities));
    return { targets, unanswered };
  });
}

const box = (others: Data = {}): Data => ({ __typename: 'Box', id: '1', ...others });

test.each<[string, readonly (readonly Data[])[], readonly unknown[]]>([
  ['each gets its own', [[box()], [box({ id: '2' })]], [{ weight: 1, 'quo"te': 'x' }, { weight: 2 }]],
  ['all places of one', [[box(), box()]], [{ weight: 1, maker: { name: 'Ann' } }]],
  ['nobody is there', [[box()], [box()], [box()]], [null, { weight: 1 }, 'no object']],
  ['fewer than asked for', [[box()], [box()]], [{ weight: 1 }]],
  ['its type is told again', [[box()]], [{ __typename: 'Thing', weight: 1 }]],
  ['its type is told wrong', [[box()]], [{ __typename: 'Crate', weight: 1 }]],
  ['a null beside a value', [[box({ weight: 7 })]], [{ weight: null }]],
  ['a value beside a null', [[box({ weight: null })]], [{ weight: 7 }]],
  ['objects grow together', [[box({ maker: { id: 1 } })]], [{ maker: { name: 'Ann' } }]],
  ['lists grow together', [[box({ maker: [{ id: 1 }] })]], [{ maker: [{ name: 'Ann' }] }]],
])('%s', (_what, places, entities) => {
  const [first, ...others] = merged({}, places, entities);
  expect(others).toEqual([first, first, first, first]);
});

test('what is not to be taken below is taken out first', () => {
  const drop = (value: unknown) => void Reflect.deleteProperty(Object(value), 'stolen');
  const own: Partial<MergingParts> = {
    keys: () => [{ key: 'maker', drop }],
    dropUnasked: (entity) => drop(entity['maker']),
  };
  const uses = merged(own, [[box()]], [{ maker: { name: 'Ann', stolen: 1 } }]);
  for (const { targets } of uses) expect(targets).toEqual([[box({ maker: { name: 'Ann' } })]]);
});

test('what was not asked for is not taken once it is known what was', () => {
  expect(merged({}, [[box()]], [{ weight: 1, stolen: 1 }]).at(-1)?.targets).toEqual([[box({ weight: 1 })]]);
});

test('names that every object has from its prototype are names like any other', () => {
  const own: Partial<MergingParts> = { keys: () => [{ key: 'constructor', drop: undefined }] };
  for (const { targets } of merged(own, [[box()]], [{ constructor: 1 }]))
    expect(targets[0]?.[0]).toEqual(box({ constructor: 1 }));
});
