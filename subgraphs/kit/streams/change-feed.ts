/**
 * Tells everybody in this process who looks on of every change in the system's database, over one connection, from the
 * first listener on. When the connection is lost it comes back, and what was changed meanwhile is told then. Knows no
 * stream.
 */

import { setTimeout as pause } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Change } from './change.ts';
import { openListeningConnection, type ListeningConnection } from './listening-connection.ts';

export interface ChangeListener {
  readonly onChange: (change: Change) => void;
  /** More has changed, unheard, than can be told: who needs all of it has to begin anew. */
  readonly onGap: () => void;
}

export interface ChangeFeed {
  /**
   * From when it resolves on, every change is told, and none that was committed later is left out. Gives what ends it.
   * Throws where the database cannot be reached.
   */
  readonly listen: (listener: ChangeListener) => Promise<() => void>;
  readonly stop: () => Promise<void>;
}

export interface ChangeFeedOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  readonly log: Logger;
  /** How often a connection is asked whether it still stands. */
  readonly looksEveryMs?: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Connects when somebody listens for the first time. */
export function openChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { log } = options;
  const listeners = new Set<ChangeListener>();
  const stopping = new AbortController();
  /** The connection that stands, or that is being made. */
  let attempt: Promise<ListeningConnection> | undefined;
  let following: Promise<void> | undefined;
  let heardUpTo: string | undefined;

  const connect = (): Promise<ListeningConnection> => {
    const opening = openListeningConnection({
      ...options,
      onChange: (change) => listeners.forEach((listener) => listener.onChange(change)),
    }).then((connection) => catchUp(connection));
    // Who waits for it hears of its failure, too.
    opening.catch(() => undefined);
    return opening;
  };

  const catchUp = async (connection: ListeningConnection): Promise<ListeningConnection> => {
    try {
      const changes = heardUpTo === undefined ? [] : await connection.readChangesSince(heardUpTo);
      for (const listener of listeners) {
        if (changes === undefined) listener.onGap();
        else changes.forEach(listener.onChange);
      }
      heardUpTo = connection.heardUpTo();
      return connection;
    } catch (error) {
      await connection.end();
      throw error;
    }
  };

  const holdUntilLost = async (opening: Promise<ListeningConnection>): Promise<string> => {
    const connection = await opening;
    const end = () => void connection.end();
    stopping.signal.addEventListener('abort', end, { once: true });
    if (stopping.signal.aborted) end();
    const because = await connection.lost;
    stopping.signal.removeEventListener('abort', end);
    heardUpTo = connection.heardUpTo();
    return because;
  };

  const follow = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      attempt = connect();
      try {
        const because = await holdUntilLost(attempt);
        failures = 0;
        if (!stopping.signal.aborted) log.warn({ because }, 'changes are not heard any more');
      } catch (error) {
        log.warn({ err: error }, 'changes cannot be heard');
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
      const spread = pauseMs * (0.5 + Math.random() / 2);
      await pause(spread, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    listen: async (listener) => {
      listeners.add(listener);
      following ??= follow();
      try {
        await attempt;
      } catch (error) {
        listeners.delete(listener);
        throw error;
      }
      return () => void listeners.delete(listener);
    },
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}
