/**
 * How often readiness is really asked.
 */

import { cacheProbe } from '../../../../gateway/http/readiness.ts';

test('an answer holds for a second', async () => {
  let nowMs = 0;
  let asked = 0;
  const probe = cacheProbe(
    async () => (asked++ === 0 ? [{ code: 'SUBGRAPH_FAILED' }] : []),
    () => nowMs,
  );
  const answers = [await probe()];
  nowMs = 999;
  answers.push(await probe());
  nowMs = 1000;
  answers.push(await probe());
  expect({ answers, asked }).toEqual({
    answers: [[{ code: 'SUBGRAPH_FAILED' }], [{ code: 'SUBGRAPH_FAILED' }], []],
    asked: 2,
  });
});

test('a probe that throws is asked again', async () => {
  let asked = 0;
  const probe = cacheProbe(
    async () => {
      if (asked++ === 0) throw new Error('no');
      return [];
    },
    () => 0,
  );
  await expect(probe()).rejects.toThrow('no');
  expect(await probe()).toEqual([]);
});
