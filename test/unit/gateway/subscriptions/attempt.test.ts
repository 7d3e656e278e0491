/**
 * How long a subscription holds the snapshot that it was prepared on.
 */

import type { PreparedSubscription } from '../../../../gateway/execution/prepared-subscription.ts';
import { Attempt } from '../../../../gateway/subscriptions/attempt.ts';

test('an attempt is left with its last holder, and keeps nothing of what it was made of', () => {
  // Reason for the cast: nobody looks into it.
  const prepared = {} as PreparedSubscription;
  let left = 0;
  const attempt = new Attempt({ prepared, isCurrent: () => true, leave: () => (left += 1) });
  attempt.hold().release();
  expect([left, attempt.prepared, attempt.isCurrent()]).toEqual([0, prepared, true]);
  attempt.release();
  expect([left, attempt.isCurrent()]).toEqual([1, false]);
  expect(() => attempt.prepared).toThrow('the attempt is over');
});
