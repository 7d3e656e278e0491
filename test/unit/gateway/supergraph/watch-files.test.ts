/**
 * When a file that is watched is read again.
 */

import { createChangeDetector } from '../../../../gateway/supergraph/watch-files.ts';

function newsOf(stamps: readonly (string | undefined)[]): readonly boolean[] {
  const isNews = createChangeDetector();
  return stamps.map(isNews);
}

test('a file is news once it has been the same twice, and then not again', () => {
  expect(newsOf(['a', 'a', 'a'])).toEqual([false, true, false]);
});

test('a file that is being written is left alone until it is still', () => {
  expect(newsOf(['a', 'a', 'b', 'c', 'd', 'd', 'd'])).toEqual([
    false,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});

test('a file that is gone for a while is news only if it comes back different', () => {
  expect(newsOf(['a', 'a', undefined, undefined, 'a', 'a'])).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(newsOf(['a', 'a', undefined, 'b', 'b'])).toEqual([false, true, false, false, true]);
});

test('a file that changes back before it was still is no news', () => {
  expect(newsOf(['a', 'a', 'b', 'a', 'a'])).toEqual([false, true, false, false, false]);
});
