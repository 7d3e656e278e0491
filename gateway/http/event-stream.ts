/**
 * One HTTP answer that is a stream of events (HTML, section 9.2): its head, its events in their order, signs of life
 * and its end. Knows no operation.
 */

import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import { EVENT_STREAM_TYPE } from '../../schema/contract/event-streams.ts';
import type { Ending } from '../subscriptions/ending.ts';
import type { LiveConnection, LiveUpdates } from './live-updates.ts';

export interface StreamReader {
  /** The stream is over, or the client is gone. */
  readonly end: (ending: Ending) => void;
}

/** Browsers come back after a time that is not the same for all. */
const RETRY_MS = { least: 1_000, spread: 4_000 };

export class EventStream implements LiveConnection {
  readonly transport = 'sse';
  readonly #raw: ServerResponse;
  readonly #reader: StreamReader;
  readonly #ticks: NodeJS.Timeout;
  #tick: (() => Promise<void>) | undefined;
  #waitedBefore = 0;

  /** Sends the head. Throws OVERLOADED; nothing has been sent then. */
  constructor(reply: FastifyReply, live: LiveUpdates, reader: StreamReader) {
    const { raw } = reply;
    this.#raw = raw;
    this.#reader = reader;
    const leave = live.connect(this);
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': `${EVENT_STREAM_TYPE}; charset=utf-8`,
      // A proxy that collects an answer would hold the events back.
      'x-accel-buffering': 'no',
    });
    raw.write(`retry: ${retryMs()}\n\n`);
    this.#ticks = setInterval(() => this.#live(), live.options.keepAliveMs);
    const over = () => {
      clearInterval(this.#ticks);
      leave();
      reader.end({ reason: 'left' });
    };
    if (raw.destroyed) setImmediate(over);
    else raw.once('close', over);
  }

  /** Called as often as a sign of life is sent. */
  onTick(run: () => Promise<void>): void {
    this.#tick = run;
  }

  /** Resolves when it has left, or never will. `data` is JSON. */
  send(name: 'next' | 'complete', data: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#raw.writableEnded || this.#raw.destroyed) resolve();
      // Between the tokens of JSON a line break means as much as a blank, and in a stream it would end the line.
      else this.#raw.write(`event: ${name}\ndata: ${data.replace(/[\r\n]+/g, ' ')}\n\n`, () => resolve());
    });
  }

  complete(): void {
    void this.send('complete', '');
    this.#raw.end();
  }

  /** Whoever does not hear that all is told comes back. */
  sendAway(): void {
    this.#reader.end({ reason: 'stopping' });
    if (this.#raw.writableEnded) return;
    this.#raw.end(`retry: ${retryMs()}\n\n`);
    this.#raw.once('finish', () => this.#raw.socket?.end());
  }

  cut(): void {
    this.#raw.destroy();
  }

  #live(): void {
    const waiting = this.#raw.writableLength;
    // Of what waited for a whole tick nothing has left.
    if (waiting > 0 && waiting === this.#waitedBefore) {
      this.cut();
      return;
    }
    this.#waitedBefore = waiting;
    if (waiting === 0 && !this.#raw.writableEnded) this.#raw.write(':\n\n');
    void this.#tick?.();
  }
}

function retryMs(): number {
  return Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread);
}
