/**
 * One connection through the proxy: passes bytes both ways and does to them what its fault says, once its moment has
 * come. Knows no protocol but for what `truncate-answer.ts` knows of HTTP.
 */

import { connect, type Socket } from 'node:net';

import { cutSocket } from './cut-socket.ts';
import type { Direction, Fault } from './fault.ts';
import { truncateAnswer } from './truncate-answer.ts';

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

export class FaultConnection {
  readonly #client: Socket;
  readonly #target: Upstream;
  readonly #fault: Fault;
  readonly #onStrike: () => void;
  readonly #upstream: Socket;
  readonly #drips: Record<Direction, Buffer[]> = { request: [], answer: [] };
  readonly #timers = new Set<NodeJS.Timeout>();
  #exchange = -1;
  #lastDirection: Direction = 'answer';
  #bytes = 0;
  #asked = '';
  /** The exchange that the fault has chosen; one that waits for a text chooses later. */
  #struckExchange: number | undefined;
  #hasToldStrike = false;
  #twin: Socket | undefined;
  /** What waits until the twin has been answered. */
  #held: Buffer[] | undefined;

  constructor(client: Socket, target: Upstream, fault: Fault, onStrike: () => void) {
    this.#client = client;
    this.#target = target;
    this.#fault = fault;
    this.#onStrike = onStrike;
    this.#upstream = connect({ ...target, noDelay: true });
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => this.#onRequest(chunk));
    this.#upstream.on('data', (chunk: Buffer) => this.#onAnswer(chunk));
    client.on('error', () => cutSocket(this.#upstream));
    this.#upstream.on('error', () => cutSocket(client));
    client.on('close', () => this.#endOf('request'));
    this.#upstream.on('close', () => this.#endOf('answer'));
  }

  /** Ends it in both directions, as if a cable had been cut. */
  reset(): void {
    cutSocket(this.#client);
    cutSocket(this.#upstream);
  }

  /** Whoever sent in this direction is gone; what still drips goes out before the other side hears of it. */
  #endOf(direction: Direction): void {
    if (direction === 'answer' && this.#drips.answer.length > 0 && !this.#client.destroyed) return;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#twin?.destroy();
    (direction === 'request' ? this.#upstream : this.#client).destroySoon();
  }

  #onRequest(chunk: Buffer): void {
    if (this.#lastDirection === 'answer') {
      this.#exchange += 1;
      this.#asked = '';
    }
    this.#turnTo('request');
    this.#chooseExchange(chunk);
    this.#pass('request', chunk);
  }

  #onAnswer(chunk: Buffer): void {
    this.#turnTo('answer');
    this.#pass('answer', chunk);
  }

  #turnTo(direction: Direction): void {
    if (this.#lastDirection !== direction) this.#bytes = 0;
    this.#lastDirection = direction;
  }

  #chooseExchange(chunk: Buffer): void {
    if (!('exchange' in this.#fault) || this.#struckExchange !== undefined) return;
    const { exchange, whenAsked } = this.#fault;
    if (this.#exchange < exchange) return;
    if (whenAsked !== undefined) {
      this.#asked += chunk.toString('latin1');
      if (!this.#asked.includes(whenAsked)) return;
    }
    this.#struckExchange = this.#exchange;
  }

  #pass(direction: Direction, chunk: Buffer): void {
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#struckExchange !== this.#exchange) this.#send(direction, chunk);
    else this.#strike(direction, chunk, before);
  }

  #strike(direction: Direction, chunk: Buffer, before: number): void {
    const fault = this.#fault;
    const isAnswer = direction === 'answer';
    if ('direction' in fault && direction === fault.direction) {
      this.#strikeAfter(fault, chunk, before);
    } else if (fault.kind === 'duplicate' && !isAnswer) {
      this.#sendTwice(chunk, fault.twin);
    } else if (fault.kind === 'truncate' && isAnswer) {
      this.#tell();
      this.#client.end(truncateAnswer(chunk, fault.afterBytes));
      this.#upstream.destroy();
    } else if (fault.kind === 'cutAnswer' && isAnswer) {
      this.#tell();
      this.reset();
    } else {
      this.#send(direction, chunk);
    }
  }

  #strikeAfter(
    fault: Extract<Fault, { kind: 'reset' | 'stall' | 'drip' }>,
    chunk: Buffer,
    before: number,
  ): void {
    const room = Math.max(0, fault.afterBytes - before);
    if (room > 0) this.#send(fault.direction, chunk.subarray(0, room));
    if (chunk.length <= room) return;
    this.#tell();
    if (fault.kind === 'drip') {
      this.#drip(fault.direction, chunk.subarray(room), fault.betweenBytesMs);
      return;
    }
    // Of a connection that stalls, the rest is dropped.
    if (fault.kind === 'stall') return;
    // The bytes before it have to be on their way.
    this.#later(1, () => this.reset());
  }

  #drip(direction: Direction, bytes: Buffer, betweenBytesMs: number): void {
    const waiting = this.#drips[direction];
    waiting.push(bytes);
    if (waiting.length > 1) return;
    const step = () => {
      const [first] = waiting;
      if (first === undefined) {
        if (this.#upstream.destroyed) this.#endOf(direction);
        return;
      }
      this.#send(direction, first.subarray(0, 1));
      if (first.length > 1) waiting[0] = first.subarray(1);
      else waiting.shift();
      this.#later(betweenBytesMs, step);
    };
    this.#later(betweenBytesMs, step);
  }

  #sendTwice(chunk: Buffer, twin: 'first' | 'second'): void {
    if (this.#twin === undefined) {
      this.#tell();
      this.#twin = connect({ ...this.#target, noDelay: true });
      if (twin === 'first') this.#held = [];
      this.#twin.on('data', () => this.#letGo()).on('error', () => this.#letGo());
      this.#twin.on('close', () => this.#letGo());
    }
    this.#twin.write(chunk);
    if (this.#held === undefined) this.#send('request', chunk);
    else this.#held.push(chunk);
  }

  #letGo(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const chunk of held) this.#send('request', chunk);
  }

  #send(direction: Direction, chunk: Buffer): void {
    const [from, to] =
      direction === 'request' ? [this.#client, this.#upstream] : [this.#upstream, this.#client];
    if (!to.writable || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  #later(afterMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, afterMs);
    this.#timers.add(timer);
  }

  #tell(): void {
    if (this.#hasToldStrike) return;
    this.#hasToldStrike = true;
    this.#onStrike();
  }
}
