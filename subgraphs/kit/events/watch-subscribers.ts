/**
 * Asks a system that could not be reached whether it is back, and lets everything that waits for it go at once then:
 * after an outage of hours nobody has to wait for the next try. Knows no event.
 */

import type { SystemName } from '../../../schema/ownership.ts';

export interface SubscriberWatch {
  readonly onUnreachable: (subscriber: SystemName) => void;
  readonly stop: () => void;
}

export interface WatchOptions {
  readonly urlOf: (subscriber: SystemName) => string;
  readonly onBack: (subscriber: SystemName) => void;
  readonly betweenLooksMs: number;
}

const ANSWERS_WITHIN_MS = 2_000;

export function watchSubscribers({ urlOf, onBack, betweenLooksMs }: WatchOptions): SubscriberWatch {
  const timers = new Map<SystemName, NodeJS.Timeout>();
  const lookLater = (subscriber: SystemName) =>
    timers.set(
      subscriber,
      setTimeout(() => void look(subscriber), betweenLooksMs),
    );
  const look = async (subscriber: SystemName) => {
    const isBack = await isReady(urlOf(subscriber));
    if (!timers.delete(subscriber)) return;
    if (isBack) onBack(subscriber);
    else lookLater(subscriber);
  };
  return {
    onUnreachable: (subscriber) => {
      if (!timers.has(subscriber)) lookLater(subscriber);
    },
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/ready', url), { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // That it is not there is the answer.
    return false;
  }
}
