/**
 * When a request ends before it is answered: the time is over that the gateway gives it, or the gateway has hung up.
 * Whatever works for the request finds that out here, wherever it stands. Knows no HTTP and no database.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

/** Thrown where work for a request would go on that nobody waits for any more. */
export class RequestEnded extends Error {
  constructor() {
    super('nobody waits for the answer any more');
  }
}

const storage = new AsyncLocalStorage<AbortSignal>();
const LONGEST_MS = 3_600_000;

export interface RequestEnd {
  readonly signal: AbortSignal;
  /** At once, where it is not over already. */
  readonly end: () => void;
  /** The request is answered. */
  readonly settle: () => void;
}

/** `timeoutMs` as the gateway has written it; what is no number of milliseconds sets no limit. */
export function beginRequest(timeoutMs: unknown): RequestEnd {
  const ended = new AbortController();
  const end = () => ended.abort();
  const limitMs =
    typeof timeoutMs === 'string' && /^\d{1,9}$/.test(timeoutMs) ? Number(timeoutMs) : LONGEST_MS;
  const timer = setTimeout(end, Math.min(limitMs, LONGEST_MS));
  return { signal: ended.signal, end, settle: () => clearTimeout(timer) };
}

/** Runs `work` so that it and all that follows from it find out when the request ends. */
export function runUntil<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return storage.run(signal, work);
}

/** Of the request that is worked for here; undefined outside of one. */
export function endOfRequest(): AbortSignal | undefined {
  return storage.getStore();
}

/** Throws RequestEnded where the request is over. */
export function stopIfEnded(): void {
  if (storage.getStore()?.aborted) throw new RequestEnded();
}
