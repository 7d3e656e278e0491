/**
 * The connections to one subgraph: each makes one call at a time, those that are free are used again, and there are
 * never more than so many; who finds none free waits in turn. Knows no deadlines.
 */

import type { buildConnector } from 'undici';

import { Connection, type Asker, type ConnectionOwner } from './connection.ts';

export interface ConnectionsOptions {
  readonly url: URL;
  readonly most: number;
  /** Where connections are made in a way of their own. */
  readonly connect?: buildConnector.connector | undefined;
}

const LOOK_AFTER_MS = 1_000;
/** Of a connection that has not been used; servers give up on those after their own time. */
const UNUSED_REST_MS = 4_000;
/** Nobody counts any more on an attempt that has taken so long: its address may be dead, or its first packet lost. */
const PROMPT_MS = 1_000;

export class Connections implements ConnectionOwner {
  readonly #options: ConnectionsOptions;
  /** The one that was used last comes last. */
  readonly #resting: Connection[] = [];
  readonly #waiting = new Set<Asker>();
  /** Of all that are open or being opened. */
  #count = 0;
  /** When each one began that is being opened. */
  readonly #opening = new Set<{ readonly sinceMs: number }>();
  #lookAfter: NodeJS.Timeout | undefined;
  #onClosed: (() => void) | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  ask(asker: Asker): void {
    const connection = this.#takeResting();
    if (connection !== undefined) {
      connection.ask(asker);
      return;
    }
    this.#waiting.add(asker);
    this.#goOn();
  }

  /** The asker does not wait for a connection any more. */
  forget(asker: Asker): void {
    this.#waiting.delete(asker);
    this.#goOn();
  }

  onFree(connection: Connection, restMs: number): void {
    connection.restsUntilMs = performance.now() + restMs;
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      connection.ask(next);
    } else if (this.#onClosed !== undefined) connection.close();
    else {
      connection.hasRested = true;
      this.#resting.push(connection);
      this.#lookAfter ??= setInterval(() => this.#closeRested(), LOOK_AFTER_MS).unref();
    }
  }

  onLost(connection: Connection, unsent: Asker | undefined): void {
    const place = this.#resting.lastIndexOf(connection);
    if (place !== -1) this.#resting.splice(place, 1);
    this.#count -= 1;
    if (unsent !== undefined) this.ask(unsent);
    this.#goOn();
  }

  /** Ends when all who have asked are answered. Nobody may ask afterwards. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClosed = resolve;
      clearInterval(this.#lookAfter);
      for (const connection of [...this.#resting]) connection.close();
      this.#goOn();
    });
  }

  #takeResting(): Connection | undefined {
    for (;;) {
      const connection = this.#resting.pop();
      if (connection === undefined || connection.restsUntilMs > performance.now()) return connection;
      connection.close();
    }
  }

  /** After each change of who waits, and of how many connections there are. */
  #goOn(): void {
    if (this.#waiting.size > 0) this.#openForThem();
    // One that is being opened for nobody is closed as soon as it is open.
    else if (this.#count === this.#opening.size) this.#onClosed?.();
  }

  #openForThem(): void {
    let hopeful = this.#countHopeful();
    for (; this.#waiting.size > hopeful && this.#count < this.#options.most; hopeful += 1) this.#open();
  }

  #countHopeful(): number {
    const promptSinceMs = performance.now() - PROMPT_MS;
    let count = 0;
    for (const { sinceMs } of this.#opening) if (sinceMs > promptSinceMs) count += 1;
    return count;
  }

  #open(): void {
    const connection = new Connection(this);
    const attempt = { sinceMs: performance.now() };
    this.#count += 1;
    this.#opening.add(attempt);
    connection.open(this.#options.url, this.#options.connect).then(
      () => {
        this.#opening.delete(attempt);
        this.onFree(connection, UNUSED_REST_MS);
      },
      (error: unknown) => {
        this.#opening.delete(attempt);
        this.#count -= 1;
        // What a connector gives, or a socket.
        this.#failFirst(error as Error);
        this.#goOn();
      },
    );
  }

  /**
   * Each connection that cannot be made is told to one who waits, unless there is still hope for one for each of them; for
   * the others the next ones are tried.
   */
  #failFirst(error: Error): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#waiting.size <= this.#countHopeful()) return;
    this.#waiting.delete(first);
    first.onFailure(error);
  }

  #closeRested(): void {
    const nowMs = performance.now();
    for (const connection of this.#resting.filter(({ restsUntilMs }) => restsUntilMs <= nowMs))
      connection.close();
    if (this.#resting.length > 0) return;
    clearInterval(this.#lookAfter);
    this.#lookAfter = undefined;
  }
}
