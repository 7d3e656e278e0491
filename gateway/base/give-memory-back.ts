/**
 * What V8 would not look for by itself, because little of it lies in its heap or little is left behind. Does nothing where
 * the process was started without --expose-gc. Knows nobody who needed the memory.
 */

import { executionAsyncResource } from 'node:async_hooks';

const kept: object[] = [];

/**
 * Node makes an object of one shape for each call of process.nextTick, ten and more for a request. If a full collection
 * finds none of them, V8 forgets the shape, and makes every later one slowly, in five times the time: so one is kept.
 */
export function keepShapeOfTicks(): void {
  process.nextTick(() => kept.push(executionAsyncResource()));
}

/** What was needed once. */
export function giveMemoryBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

const MOST_BYTES = 6_000_000;
let bytesTaken = 0;

/**
 * To be told of bytes outside of V8's heap that are needed for a moment. A look at young objects finds those that are not
 * needed any more; V8 waits for the heap to fill before it takes one, and marks the whole heap for the bytes' sake instead.
 */
export function tookBytes(bytes: number): void {
  bytesTaken += bytes;
  if (bytesTaken < MOST_BYTES) return;
  bytesTaken = 0;
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}
