/**
 * The store in memory: quotas by window and values that expire, on a clock that the test moves.
 */

import { MemoryStore } from '../../../../gateway/store/memory-store.ts';
import { fakeClock, type FakeClock } from '../../../kit/fake-clock.ts';

let clock: FakeClock;
let store: MemoryStore;

beforeEach(() => {
  clock = fakeClock();
  store = new MemoryStore(clock);
});

const use = (key: string, amount = 1) => ({ key, limit: 3, windowMs: 1_000, amount });

test('a window begins with the first use and gives all back at its end, not before', async () => {
  expect(store.take([use('a')])).toEqual({ isTaken: true, standings: [{ remaining: 2, resetMs: 1_000 }] });
  await clock.pass(400);
  expect(store.take([use('a', 2)])).toEqual({ isTaken: true, standings: [{ remaining: 0, resetMs: 600 }] });
  await clock.pass(599);
  expect(store.take([use('a')])).toEqual({ isTaken: false, standings: [{ remaining: 0, resetMs: 1 }] });
  await clock.pass(1);
  expect(store.take([use('a')])).toEqual({ isTaken: true, standings: [{ remaining: 2, resetMs: 1_000 }] });
});

test('where one quota is used up, none of the others is used', () => {
  store.take([use('a', 3)]);
  expect(store.take([use('b'), use('a')])).toEqual({
    isTaken: false,
    standings: [
      { remaining: 3, resetMs: 1_000 },
      { remaining: 0, resetMs: 1_000 },
    ],
  });
  expect(store.take([use('b', 3)])).toMatchObject({ isTaken: true });
});

test('what does not fit is refused and leaves what is left to others', () => {
  store.take([use('a', 2)]);
  expect(store.take([use('a', 2)])).toMatchObject({ isTaken: false, standings: [{ remaining: 1 }] });
  expect(store.take([use('a', 1)])).toMatchObject({ isTaken: true, standings: [{ remaining: 0 }] });
});

test('looking uses nothing and begins no window', async () => {
  expect(store.take([use('a', 0)])).toMatchObject({ standings: [{ remaining: 3, resetMs: 1_000 }] });
  await clock.pass(900);
  expect(store.take([use('a', 1)])).toMatchObject({ standings: [{ remaining: 2, resetMs: 1_000 }] });
});

test('a value is there for its time', async () => {
  await store.set('k', 'v', 500);
  await clock.pass(499);
  expect(await store.get('k')).toBe('v');
  await clock.pass(1);
  expect(await store.get('k')).toBeUndefined();
  expect(await store.get('other')).toBeUndefined();
});

test('values are bounded: what was not used for longest goes', async () => {
  const large = 'x'.repeat(3_000_000);
  for (const key of ['a', 'b', 'c', 'd', 'e']) await store.set(key, large, 1_000);
  expect(await store.get('a')).toBe(large);
  await store.set('f', large, 1_000);
  expect([await store.get('a'), await store.get('b')]).toEqual([large, undefined]);
});
