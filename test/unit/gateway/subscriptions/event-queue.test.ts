/**
 * The queue of one subscription: what waits comes in its order, to whoever takes it before or after it was there.
 */

import { EventQueue } from '../../../../gateway/subscriptions/event-queue.ts';

test('events come in their order, and whoever asks before they are there waits', async () => {
  const queue = new EventQueue<number>(2);
  const first = queue.take();
  queue.push(1);
  queue.push(2);
  expect([await first, await queue.take()]).toEqual([1, 2]);
});

test('it is full with as many as allowed, and the longest waiting can be dropped', async () => {
  const queue = new EventQueue<number>(2);
  queue.push(1);
  expect(queue.isFull).toBe(false);
  queue.push(2);
  expect([queue.isFull, queue.drop(), queue.isFull]).toEqual([true, 1, false]);
  expect(await queue.take()).toBe(2);
});

test('after its end what waits can still be taken, and nothing comes in', async () => {
  const queue = new EventQueue<number>(2);
  queue.push(1);
  queue.finish();
  queue.push(2);
  expect([await queue.take(), await queue.take()]).toEqual([1, undefined]);
});

test('its end wakes who waits', async () => {
  const queue = new EventQueue<number>(2);
  const waiting = queue.take();
  queue.finish();
  expect(await waiting).toBeUndefined();
});
