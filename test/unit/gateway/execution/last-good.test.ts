/**
 * What is kept of fields: for whom, how old it is, and how much of it.
 */

import { createLastGood, nameOfPrincipal } from '../../../../gateway/execution/last-good.ts';

const ines = { subject: 'ines', roles: ['sales'], scopes: ['a', 'b'] } as const;

test('a value is found with its age by whose it is, and by nobody else', () => {
  let nowMs = 1_000;
  const lastGood = createLastGood(10_000, () => nowMs);
  lastGood.remember(nameOfPrincipal(ines), 'Customer 1 name', 'Ada');
  nowMs = 3_500;
  expect(lastGood.recall(nameOfPrincipal(ines), 'Customer 1 name')).toEqual({ value: 'Ada', ageMs: 2_500 });
  expect(lastGood.recall(nameOfPrincipal(ines), 'Customer 2 name')).toBeUndefined();
  lastGood.remember(nameOfPrincipal(ines), 'Customer 1 name', null);
  expect(lastGood.recall(nameOfPrincipal(ines), 'Customer 1 name')).toEqual({ value: null, ageMs: 0 });
});

test('principals with other claims are others, whatever the order of the claims', () => {
  const same = nameOfPrincipal({ ...ines, scopes: ['b', 'a'] });
  const others = [
    { ...ines, subject: 'otto' },
    { ...ines, roles: [] },
    { ...ines, scopes: ['a'] },
    { ...ines, customerId: 'c' },
  ].map(nameOfPrincipal);
  expect(same).toBe(nameOfPrincipal(ines));
  expect(new Set([same, ...others]).size).toBe(5);
});

test('what is kept is bounded in bytes, and the oldest goes first', () => {
  const lastGood = createLastGood(10_000, () => 0);
  for (let index = 0; index < 100; index += 1)
    lastGood.remember('', `Customer ${index} name`, 'x'.repeat(500));
  const kept = Array.from({ length: 100 }, (_, index) => index).filter(
    (index) => lastGood.recall('', `Customer ${index} name`) !== undefined,
  );
  expect(kept).toEqual([92, 93, 94, 95, 96, 97, 98, 99]);
});
