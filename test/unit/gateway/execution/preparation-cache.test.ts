/**
 * The cache of prepared operations: one preparation for all who wait, nothing kept of a failed one, bounded.
 */

import { PreparationCache } from '../../../../gateway/execution/preparation-cache.ts';

const value = (name: string, bytes = 10) => ({ name, bytes });

test('those who ask for the same operation at the same time share one preparation', async () => {
  const cache = new PreparationCache<ReturnType<typeof value>>(1_000);
  const begun: string[] = [];
  const ask = async (key: string) =>
    cache.findOrPrepare(key, async () => {
      begun.push(key);
      await Promise.resolve();
      return value(key);
    });
  const answers = await Promise.all(['a', 'b', 'a', 'a', 'b'].map(ask));
  expect(answers).toEqual(['a', 'b', 'a', 'a', 'b'].map((key) => value(key)));
  expect(await ask('a')).toBe(answers[0]);
  expect(begun).toEqual(['a', 'b']);
});

test('a preparation that fails fails for all who wait, and the next one begins anew', async () => {
  const cache = new PreparationCache<ReturnType<typeof value>>(1_000);
  const fail = () => Promise.reject(new Error('no'));
  const both = await Promise.allSettled([cache.findOrPrepare('a', fail), cache.findOrPrepare('a', fail)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(cache.find('a')).toBeUndefined();
  expect(await cache.findOrPrepare('a', () => Promise.resolve(value('second')))).toEqual(value('second'));
});

test('what is used least recently goes when it weighs too much, keys included', async () => {
  const cache = new PreparationCache<ReturnType<typeof value>>(300);
  const keep = (key: string) => cache.findOrPrepare(key, () => Promise.resolve(value(key, 96)));
  for (const key of ['aa', 'bb', 'cc']) await keep(key);
  cache.find('aa');
  await keep('dd');
  expect(['aa', 'bb', 'cc', 'dd'].map((key) => cache.find(key)?.name)).toEqual(['aa', undefined, 'cc', 'dd']);
});

test('it knows what is used most', async () => {
  const cache = new PreparationCache<ReturnType<typeof value>>(1_000);
  for (const key of ['seldom', 'often', 'sometimes'])
    await cache.findOrPrepare(key, () => Promise.resolve(value(key)));
  for (const key of ['often', 'sometimes', 'often']) cache.find(key);
  expect(cache.mostUsed(2).map(({ name }) => name)).toEqual(['often', 'sometimes']);
});
