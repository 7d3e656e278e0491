/**
 * The places of the streams that are open in this process: a bounded number, each with what it has yet to tell. Ends
 * all of them when the process stops. Knows no schema and no transport.
 */

import { KnownError } from '../known-error.ts';
import { createPendingChanges, type PendingChanges } from './pending-changes.ts';

export interface StreamPlace {
  readonly pending: PendingChanges<KnownError>;
  /** The reader is gone, or the process waits no longer. */
  readonly over: AbortSignal;
  /** Once, when nothing more comes of it. */
  readonly leave: () => void;
}

export interface StreamBounds {
  /** How many may be open at a time. */
  readonly mostStreams: number;
  /** How many entities may wait for a reader that is slow. */
  readonly mostPending: number;
}

export interface OpenStreams {
  /** `gone`: the reader is. An error where no more may be open. */
  readonly take: (gone: AbortSignal) => StreamPlace | KnownError;
  readonly count: () => number;
  readonly isStopping: () => boolean;
  /** Lets each tell what it has yet to tell; cuts off those that take longer. Resolves when all have left. */
  readonly end: (withinMs: number) => Promise<void>;
}

interface Taken {
  readonly place: StreamPlace;
  readonly cut: () => void;
  readonly left: Promise<void>;
}

export function createOpenStreams({ mostStreams, mostPending }: StreamBounds): OpenStreams {
  const taken = new Set<Taken>();
  let isStopping = false;
  const tooSlow = () => new KnownError('SUBSCRIPTION_TOO_SLOW', { details: { maximum: mostPending } });
  return {
    take: (gone) => {
      if (isStopping) return new KnownError('NOT_READY');
      if (taken.size >= mostStreams)
        return new KnownError('TOO_MANY_SUBSCRIPTIONS', { details: { maximum: mostStreams } });
      const one = takePlace(gone, createPendingChanges(mostPending, tooSlow));
      taken.add(one);
      void one.left.then(() => taken.delete(one));
      return one.place;
    },
    count: () => taken.size,
    isStopping: () => isStopping,
    end: async (withinMs) => {
      isStopping = true;
      for (const { place } of taken) place.pending.finish();
      const cutAll = () => {
        for (const { cut } of taken) cut();
      };
      const timer = setTimeout(cutAll, withinMs);
      await Promise.all([...taken].map(({ left }) => left));
      clearTimeout(timer);
    },
  };
}

function takePlace(gone: AbortSignal, pending: StreamPlace['pending']): Taken {
  const cutOff = new AbortController();
  const over = AbortSignal.any([gone, cutOff.signal]);
  if (over.aborted) pending.finish();
  else over.addEventListener('abort', () => pending.finish(), { once: true });
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return { place: { pending, over, leave }, cut: () => cutOff.abort(), left };
}
