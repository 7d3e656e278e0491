/**
 * Identical calls of several requests that are under way at the same moment, made once. Only for calls without an
 * effect, and only among askers for whom the answer must be the same: the key says everything that can change it.
 * Knows no transport.
 */

import { ExchangeFailure } from './exchange.ts';
import type { RawAnswer } from './read-answer.ts';

export interface Asker {
  readonly signal: AbortSignal;
  /** When its request must be answered, in the clock of `performance.now()`. */
  readonly deadlineMs?: number | undefined;
}

interface Flight {
  readonly answer: Promise<RawAnswer>;
  /** Of whoever began it. */
  readonly deadlineMs: number;
  readonly nobodyWaits: AbortController;
  waiting: number;
}

export type Send = (signal: AbortSignal) => Promise<RawAnswer>;

export class InFlightCalls {
  readonly #flights = new Map<string, Flight>();
  readonly #timeoutMs: number;

  /** `timeoutMs`: how long a call may take. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with what the call failed with, or when the asker's `signal` aborts; the call ends with its last asker. */
  ask(key: string, { signal, deadlineMs = Infinity }: Asker, send: Send): Promise<RawAnswer> {
    const flight = this.#joinable(key, deadlineMs) ?? this.#begin(key, deadlineMs, send);
    flight.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiting -= 1;
        if (flight.waiting === 0) this.#end(key, flight);
        reject(new ExchangeFailure('abandoned', true));
      };
      signal.addEventListener('abort', leave, { once: true });
      flight.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** What was asked before does not answer what is asked from now on: an effect has come in between. */
  forget(): void {
    this.#flights.clear();
  }

  /** Whose request has little time left has none to give: with it, its call would end for all who joined. */
  #joinable(key: string, deadlineMs: number): Flight | undefined {
    const flight = this.#flights.get(key);
    const nowMs = performance.now();
    const neededMs = Math.min(deadlineMs - nowMs, this.#timeoutMs) / 2;
    return flight !== undefined && flight.deadlineMs - nowMs >= neededMs ? flight : undefined;
  }

  #begin(key: string, deadlineMs: number, send: Send): Flight {
    const nobodyWaits = new AbortController();
    const flight = { answer: send(nobodyWaits.signal), deadlineMs, nobodyWaits, waiting: 0 };
    this.#flights.set(key, flight);
    const settled = () => this.#leaveOut(key, flight);
    flight.answer.then(settled, settled);
    return flight;
  }

  #end(key: string, flight: Flight): void {
    this.#leaveOut(key, flight);
    flight.nobodyWaits.abort();
  }

  /** Another flight may have the key by now. */
  #leaveOut(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
