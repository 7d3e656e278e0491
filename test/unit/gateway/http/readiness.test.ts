/**
 * How often readiness is really asked.
 */

import { cacheProbe } from '../../../../gateway/http/readiness.ts';

const FINE = { failures: [], servesSome: true };
const FAILED = { failures: [{ code: 'SUBGRAPH_FAILED' }], servesSome: false };

test('an answer holds for a second', async () => {
  let nowMs = 0;
  let asked = 0;
  const probe = cacheProbe(
    async () => (asked++ === 0 ? FAILED : FINE),
    () => nowMs,
  );
  const answers = [await probe()];
  nowMs = 999;
  answers.push(await probe());
  nowMs = 1000;
  answers.push(await probe());
  expect({ answers, asked }).toEqual({
    answers: [FAILED, FAILED, FINE],
    asked: 2,
  });
});

test('a probe that throws is asked again', async () => {
  let asked = 0;
  const probe = cacheProbe(
    async () => {
      if (asked++ === 0) throw new Error('no');
      return FINE;
    },
    () => 0,
  );
  await expect(probe()).rejects.toThrow('no');
  expect(await probe()).toEqual(FINE);
});
