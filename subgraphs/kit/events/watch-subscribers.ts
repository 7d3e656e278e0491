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
  const look = (subscriber: SystemName) => async () => {
    if (!(await isReady(urlOf(subscriber)))) {
      if (timers.has(subscriber)) timers.set(subscriber, setTimeout(look(subscriber), betweenLooksMs));
      return;
    }
    timers.delete(subscriber);
    onBack(subscriber);
  };
  return {
    onUnreachable: (subscriber) => {
      if (!timers.has(subscriber)) timers.set(subscriber, setTimeout(look(subscriber), betweenLooksMs));
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
