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

export interface ChangeFeedOptions {
  readonly databaseUrl: string;
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Logger;
  /** How often the connection is asked whether it still stands. */
  readonly looksEveryMs?: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export class ChangeFeed {
  private readonly options: ChangeFeedOptions;
  private readonly listeners = new Set<ChangeListener>();
  private readonly stopping = new AbortController();
  /** The connection that stands, or that is being made, or that could not be made. */
  private attempt: Promise<ListeningConnection> | undefined;
  private following: Promise<void> | undefined;
  /** A snapshot of the database: what it does not see may not have been heard. */
  private heardUpTo: string | undefined;

  /** Connects when somebody listens for the first time. */
  constructor(options: ChangeFeedOptions) {
    this.options = options;
  }

  /**
   * From when it resolves on, every change is told, and none that is committed later is left out. Gives what ends it.
   * Throws where the database cannot be reached.
   */
  async listen(listener: ChangeListener): Promise<() => void> {
    this.listeners.add(listener);
    this.following ??= this.follow();
    try {
      await this.attempt;
    } catch (error) {
      this.listeners.delete(listener);
      throw error;
    }
    return () => void this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const { log } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      this.attempt = this.connect();
      // Who waits for it hears of its failure, too.
      const outcome = await this.attempt.then(
        (connection) => this.holdUntilLost(connection),
        (error: unknown) => ({ error }),
      );
      if ('because' in outcome) {
        failures = 0;
        if (!this.stopping.signal.aborted) log.warn(outcome, 'changes are not heard any more');
      } else log.warn({ err: outcome.error }, 'changes cannot be heard');
      const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
      await pause(longestMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }

  private async connect(): Promise<ListeningConnection> {
    const onChange = (change: Change) => this.listeners.forEach((listener) => listener.onChange(change));
    const connection = await openListeningConnection({ ...this.options, onChange });
    try {
      await this.catchUp(connection);
    } catch (error) {
      await connection.end();
      throw error;
    }
    return connection;
  }

  /** It hears already, so that nothing falls between what is read now and what is told later. */
  private async catchUp(connection: ListeningConnection): Promise<void> {
    const changes = this.heardUpTo === undefined ? [] : await connection.readChangesSince(this.heardUpTo);
    for (const listener of this.listeners) {
      if (changes === undefined) listener.onGap();
      else changes.forEach(listener.onChange);
    }
    this.heardUpTo = connection.heardUpTo();
  }

  private async holdUntilLost(connection: ListeningConnection): Promise<{ readonly because: string }> {
    const { signal } = this.stopping;
    const end = () => void connection.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const because = await connection.lost;
    signal.removeEventListener('abort', end);
    this.heardUpTo = connection.heardUpTo();
    return { because };
  }
}
