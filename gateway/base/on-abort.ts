/**
 * Being told when a signal aborts, at the price of one listener for all who wait for the same signal, for as long as it
 * lives: the calls of a request come and go, and to listen and stop listening is dear. A signal that AbortSignal.any has made
 * would be kept for good by its listener. Knows no call.
 */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** `act` throws nothing. A signal that has aborted says nothing any more. */
export function onAbort(signal: AbortSignal, act: () => void): void {
  const known = waiting.get(signal);
  if (known !== undefined) {
    known.add(act);
    return;
  }
  const acts = new Set([act]);
  waiting.set(signal, acts);
  signal.addEventListener('abort', () => {
    for (const each of [...acts]) each();
  });
}

export function offAbort(signal: AbortSignal, act: () => void): void {
  waiting.get(signal)?.delete(act);
}
