/**
 * One HTTP answer that is a stream of answers: its head, what comes in its order, signs of life and its end. Knows no
 * operation.
 */

import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { Ending } from '../subscriptions/ending.ts';
import type { LiveConnection, LiveUpdates, Transport } from './live-updates.ts';
import { PIECE_BY_PIECE } from './piece-by-piece.ts';
import type { StreamFraming } from './stream-framing.ts';

export interface StreamReader {
  /** The stream is over, or the client is gone. */
  readonly end: (ending: Ending) => void;
}

export class EventStream implements LiveConnection {
  readonly transport: Transport;
  readonly #framing: StreamFraming;
  readonly #raw: ServerResponse;
  readonly #requestId: string;
  readonly #reader: StreamReader;
  readonly #ticks: NodeJS.Timeout;
  #tick: (() => Promise<void>) | undefined;
  #waitedBefore = 0;

  /** Sends the head. Throws OVERLOADED or RATE_LIMITED; nothing has been sent then. */
  constructor(reply: FastifyReply, live: LiveUpdates, framing: StreamFraming, reader: StreamReader) {
    const { raw, request } = reply;
    this.transport = framing.transport;
    this.#framing = framing;
    this.#raw = raw;
    this.#requestId = request.visit.context.requestId;
    this.#reader = reader;
    const leave = live.connect(this, {
      remoteAddress: request.socket.remoteAddress,
      headers: request.headers,
    });
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { ...PIECE_BY_PIECE, 'content-type': framing.contentType });
    raw.write(framing.opening());
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

  /** Resolves when it has left, or never will. The text is framed. */
  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#raw.writableEnded || this.#raw.destroyed) resolve();
      else this.#raw.write(text, () => resolve());
    });
  }

  /** One answer, which is JSON. */
  next(answer: string): Promise<void> {
    return this.send(this.#framing.next(answer));
  }

  fail(errors: readonly unknown[], hasBegun: boolean): void {
    void this.send(this.#framing.fail(errors, hasBegun));
    this.complete();
  }

  complete(): void {
    void this.send(this.#framing.complete);
    this.#raw.end();
  }

  /** Whoever does not hear that all is told comes back. */
  sendAway(): void {
    this.#reader.end({ reason: 'stopping' });
    if (this.#raw.writableEnded) return;
    this.#raw.end(this.#framing.away(this.#requestId));
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
    if (waiting === 0 && !this.#raw.writableEnded) this.#raw.write(this.#framing.beat);
    void this.#tick?.();
  }
}
