/**
 * What a gap tells must reach the client, also where the event that would have told it gives way to a later one.
 */

import type { OperationResult } from '../../../../gateway/execution/compile-operation.ts';
import type { PreparedSubscription } from '../../../../gateway/execution/prepared-subscription.ts';
import { Attempt } from '../../../../gateway/subscriptions/attempt.ts';
import { Subscription } from '../../../../gateway/subscriptions/subscription.ts';
import type { StreamListener } from '../../../../gateway/upstream/event-streams.ts';
import type { CallContext } from '../../../../gateway/upstream/subgraph-client.ts';
import { fakeClock } from '../../../kit/fake-clock.ts';

test('where the first event of another stream is dropped, the next one tells that others may be missing', async () => {
  const clock = fakeClock();
  const listeners: StreamListener[] = [];
  let isFirstCurrent = true;
  const attemptAsking = (asked: string, isCurrent: () => boolean) =>
    new Attempt({
      // Reason for the cast: of a prepared subscription, nothing else is looked at.
      prepared: {
        variables: {},
        compiled: {
          source: {
            subgraph: 'shop',
            asks: () => asked,
            open(_variables: unknown, _call: unknown, listener: StreamListener) {
              listeners.push(listener);
              return Promise.resolve({ close: () => undefined });
            },
            countReopened: () => undefined,
          },
          run: (_variables: unknown, _call: unknown, answer: unknown) => Promise.resolve(answer),
        },
      } as unknown as PreparedSubscription,
      isCurrent,
      leave: () => undefined,
    });
  const told: unknown[] = [];
  const reading: PromiseWithResolvers<void>['resolve'][] = [];
  const subscription = new Subscription({
    again: () => Promise.resolve(attemptAsking('second', () => true)),
    // Reason for the cast: nobody looks at it.
    contextOf: () => ({}) as CallContext,
    judge: () => Promise.resolve(undefined),
    enter: () => Promise.resolve(() => undefined),
    deliver: (result: OperationResult, hasGap) => {
      told.push([result.data, hasGap]);
      return new Promise((resolve) => reading.push(resolve));
    },
    onDrop: () => undefined,
    options: { maxQueuedEvents: 1, whenFull: 'dropOldest', stalledMs: 60_000, reopenForMs: 60_000 },
    clock,
    random: () => 0,
  });
  const send = async (stream: number, number: number) => {
    listeners[stream]?.onEvent({ kind: 'answered', data: { number }, errors: [] });
    await clock.pass(0);
  };
  const running = subscription.run(attemptAsking('first', () => isFirstCurrent));
  await clock.pass(0);
  await send(0, 1);
  isFirstCurrent = false;
  subscription.move();
  await clock.pass(1_000);
  // The client still reads the first; of the others, one may wait.
  for (const number of [2, 3]) await send(1, number);
  reading[0]?.();
  await clock.pass(0);
  reading[1]?.();
  await send(1, 4);
  expect(told).toEqual([
    [{ number: 1 }, false],
    [{ number: 3 }, true],
    [{ number: 4 }, false],
  ]);
  subscription.end({ reason: 'left' });
  expect(await running).toEqual({ reason: 'left' });
});
