/**
 * Being told when a signal aborts, at the price of one listener for all who wait for the same signal, for as long as it
 * lives: the calls of a request come and go, and to listen and stop listening is dear. A signal that AbortSignal.any has made
 * would be kept for good by its listener. Knows no call.
 */

/** Stands at the signal itself: a map from signals to it would cost more than the listeners. */
const WAITING: unique symbol = Symbol('waiting');

interface AwaitedSignal extends AbortSignal {
  [WAITING]?: Set<() => void>;
}

/** `act` throws nothing. A signal that has aborted says nothing any more. */
export function onAbort(signal: AwaitedSignal, act: () => void): void {
  const known = signal[WAITING];
  if (known !== undefined) {
    known.add(act);
    return;
  }
  const acts = new Set([act]);
  signal[WAITING] = acts;
  signal.addEventListener('abort', () => {
    for (const each of [...acts]) each();
  });
}

export function offAbort(signal: AwaitedSignal, act: () => void): void {
  signal[WAITING]?.delete(act);
}
