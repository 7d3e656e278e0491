/**
 * Identical calls of several requests that are under way at the same moment, made once. Only for calls without an
 * effect, and only among askers for whom the answer must be the same: the key says everything that can change it.
 * Knows no transport.
 */

import { ExchangeFailure } from './exchange.ts';
import type { RawAnswer } from './read-answer.ts';

interface Flight {
  readonly answer: Promise<RawAnswer>;
  readonly nobodyWaits: AbortController;
  waiting: number;
}

export type Send = (signal: AbortSignal) => Promise<RawAnswer>;

export class InFlightCalls {
  readonly #flights = new Map<string, Flight>();

  /** Rejects with what the call failed with, or when the asker's `signal` aborts; the call ends with its last asker. */
  ask(key: string, signal: AbortSignal, send: Send): Promise<RawAnswer> {
    const flight = this.#flights.get(key) ?? this.#begin(key, send);
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

  #begin(key: string, send: Send): Flight {
    const nobodyWaits = new AbortController();
    const flight = { answer: send(nobodyWaits.signal), nobodyWaits, waiting: 0 };
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
