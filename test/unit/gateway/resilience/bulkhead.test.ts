/** Who gets a place, who waits for one and who is turned away. */

import { Bulkhead } from '../../../../gateway/resilience/bulkhead.ts';
import { fakeClock } from '../../../kit/fake-clock.ts';

const forever = () => ({ signal: new AbortController().signal, deadlineMs: Infinity });

test('places are given in the order of asking, and who would wait behind too many is turned away', async () => {
  const bulkhead = new Bulkhead({ maxRunning: 1, maxWaiting: 2 }, fakeClock());
  const order: string[] = [];
  expect([bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([true, false]);
  const first = bulkhead.wait(forever())?.then((admission) => order.push(`first ${admission}`));
  const second = bulkhead.wait(forever())?.then((admission) => order.push(`second ${admission}`));
  expect(bulkhead.wait(forever())).toBeUndefined();
  expect([bulkhead.running, bulkhead.waiting]).toEqual([1, 2]);
  bulkhead.leave();
  await first;
  expect(order).toEqual(['first admitted']);
  bulkhead.leave();
  await second;
  bulkhead.leave();
  expect([order, bulkhead.running, bulkhead.waiting]).toEqual([['first admitted', 'second admitted'], 0, 0]);
});

test('who waits longer than there is time, or for nobody, gives up its place in the queue', async () => {
  const clock = fakeClock();
  const bulkhead = new Bulkhead({ maxRunning: 1, maxWaiting: 3 }, clock);
  bulkhead.tryEnter();
  const leaving = new AbortController();
  const late = bulkhead.wait({ ...forever(), deadlineMs: 50 });
  const abandoned = bulkhead.wait({ signal: leaving.signal, deadlineMs: 1_000 });
  const patient = bulkhead.wait({ ...forever(), deadlineMs: 1_000 });
  leaving.abort();
  await clock.pass(50);
  expect([await late, await abandoned, bulkhead.waiting]).toEqual(['late', 'abandoned', 1]);
  bulkhead.leave();
  expect(await patient).toBe('admitted');
});

test('who is gone already does not even begin to wait', async () => {
  const bulkhead = new Bulkhead({ maxRunning: 0, maxWaiting: 1 }, fakeClock());
  expect(await bulkhead.wait({ signal: AbortSignal.abort(), deadlineMs: Infinity })).toBe('abandoned');
  expect(bulkhead.waiting).toBe(0);
});
