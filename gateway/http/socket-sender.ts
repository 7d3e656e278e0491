/**
 * What leaves by one WebSocket: bounded by what its reader takes, and watched for signs of life. Knows no protocol of
 * GraphQL's.
 */

import type { WebSocket } from 'ws';

/** More is not read from a client that does not read itself. */
const MOST_BUFFERED_BYTES = 64 * 1024;
/** How long a client may take to answer the closing frame. */
const CLOSING_MS = 2_000;

export class SocketSender {
  readonly #socket: WebSocket;
  readonly #ticks: NodeJS.Timeout;
  #isAlive = true;
  #sent = 0;
  #leftBefore = 0;

  /** `onTick` is called as often as a sign of life is asked for. */
  constructor(socket: WebSocket, keepAliveMs: number, onTick: () => void) {
    this.#socket = socket;
    this.#ticks = setInterval(() => this.#tick(onTick), keepAliveMs);
    socket.on('pong', () => this.heard());
    socket.on('ping', () => this.rest());
    socket.once('close', () => clearInterval(this.#ticks));
  }

  heard(): void {
    this.#isAlive = true;
  }

  send(message: object): void {
    void this.sendText(JSON.stringify(message));
  }

  /** Resolves when it has left, or never will. */
  sendText(text: string): Promise<void> {
    this.#sent += text.length;
    return new Promise((resolve) => {
      this.#socket.send(text, () => {
        resolve();
        if (this.#socket.isPaused && this.#socket.bufferedAmount < MOST_BUFFERED_BYTES) this.#socket.resume();
      });
    });
  }

  /** Reads no more as long as too much waits to leave. */
  rest(): void {
    if (this.#socket.bufferedAmount > MOST_BUFFERED_BYTES) this.#socket.pause();
  }

  close(code: number, reason: string): void {
    this.#socket.resume();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSING_MS).unref();
  }

  #tick(onTick: () => void): void {
    const left = this.#sent - this.#socket.bufferedAmount;
    // Who reads slowly lives, too.
    const isReading = this.#socket.bufferedAmount > 0 && left !== this.#leftBefore;
    this.#leftBefore = left;
    if (!this.#isAlive && !isReading) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
    onTick();
  }
}
