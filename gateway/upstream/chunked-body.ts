/**
 * A body that comes in chunks, each with its length before it (RFC 9112, section 7.1). Knows no socket, and keeps nothing
 * of the body.
 */

import { BadAnswer, isFieldLine, TOKEN } from './head-lines.ts';

/** Extensions of chunks, and all trailers together. */
const MOST_LINE_BYTES = 16_384;
const QUOTED = String.raw`"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"`;
const EXTENSION = `;${TOKEN}(?:=(?:${TOKEN}|${QUOTED}))?`;
const SIZE = new RegExp(`^(?<size>[\\da-fA-F]{1,13})(?:${EXTENSION})*$`);

export class ChunkedBody {
  readonly #add: (bytes: Buffer) => void;
  #next: 'size' | 'end of data' | 'trailer' | 'nothing' = 'size';
  /** Of the chunk that is being read, in bytes. */
  #left = 0;
  /** The beginning of a line whose end has not come. */
  #line = '';
  #trailerBytes = 0;

  /** `add` gets what is in the chunks. */
  constructor(add: (bytes: Buffer) => void) {
    this.#add = add;
  }

  get hasEnded(): boolean {
    return this.#next === 'nothing';
  }

  /** How many of the bytes belong to the body: all, unless it has ended. Throws BadAnswer. */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && !this.hasEnded)
      at = this.#left > 0 ? this.#readData(bytes, at) : this.#readLine(bytes, at);
    return at;
  }

  #readData(bytes: Buffer, start: number): number {
    const end = Math.min(start + this.#left, bytes.length);
    this.#add(bytes.subarray(start, end));
    this.#left -= end - start;
    return end;
  }

  #readLine(bytes: Buffer, start: number): number {
    const newline = bytes.indexOf('\n', start);
    const end = newline === -1 ? bytes.length : newline + 1;
    this.#line += bytes.toString('latin1', start, end);
    if (this.#line.length + this.#trailerBytes > MOST_LINE_BYTES)
      throw new BadAnswer('a line of its body is too long');
    if (newline === -1) return end;
    if (!this.#line.endsWith('\r\n')) throw new BadAnswer('a line of its body does not end as it must');
    const line = this.#line.slice(0, -2);
    this.#line = '';
    this.#take(line);
    return end;
  }

  #take(line: string): void {
    switch (this.#next) {
      case 'size': {
        const size = SIZE.exec(line)?.groups?.['size'];
        if (size === undefined) throw new BadAnswer('a chunk of its body has no length');
        this.#left = Number.parseInt(size, 16);
        this.#next = this.#left === 0 ? 'trailer' : 'end of data';
        return;
      }
      case 'end of data':
        if (line !== '') throw new BadAnswer('a chunk of its body is longer than it says');
        this.#next = 'size';
        return;
      default:
        if (line === '') this.#next = 'nothing';
        else if (!isFieldLine(line)) throw new BadAnswer('what follows its body are no headers');
        this.#trailerBytes += line.length + 2;
    }
  }
}
