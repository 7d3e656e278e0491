/**
 * A value that a cache has already and that has become heavier. Set once more, it would keep the weight that it had:
 * the cache weighs only what it does not know. Knows no value.
 */

import type { LRUCache } from 'lru-cache';

/** The cache must not do more with what is deleted than with what is replaced. */
export function weighAgain<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  value: Value,
  size: number,
): void {
  cache.delete(key);
  cache.set(key, value, { size });
}
