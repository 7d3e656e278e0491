/**
 * One HTTP/1.1 answer, read from bytes as they come (RFC 9112). Knows no socket.
 */

import { AnswerBody } from './answer-body.ts';
import { readHead, type AnswerHead } from './answer-head.ts';
import { ChunkedBody } from './chunked-body.ts';
import { BadAnswer } from './head-lines.ts';
import type { RawAnswer } from './read-answer.ts';

/** The body is larger than it may be. */
export class LargeAnswer extends Error {}

/** With the empty line. */
const MOST_HEAD_BYTES = 16_384 + 4;
const SWITCHING_PROTOCOLS = 101;

export class AnswerReader {
  readonly #maxBytes: number;
  readonly #body = new AnswerBody();
  /** Of a head whose end has not come. */
  #beginning: Buffer | undefined;
  #head: AnswerHead | undefined;
  #chunks: ChunkedBody | undefined;
  /** Whether more came than the answer. */
  #hasSurplus = false;

  /** `maxBytes` is for the body. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the answer is whole. The bytes are free afterwards. Throws BadAnswer and LargeAnswer. */
  read(bytes: Buffer): boolean {
    const rest = this.#head === undefined ? this.#readHeads(bytes) : bytes;
    return this.#head !== undefined && this.#readBody(this.#head, rest);
  }

  /** Whether the answer is whole if nothing more comes. */
  get endsHere(): boolean {
    return this.#head?.length === 'until the end';
  }

  /** How long the connection may rest after the answer; 0 where it may not be used again. */
  get restMs(): number {
    return this.#hasSurplus || this.#head === undefined ? 0 : this.#head.restMs;
  }

  /** Once the answer is whole. */
  take(): RawAnswer {
    const { status = 0, contentType = '', retryAfter } = this.#head ?? {};
    return { status, contentType, body: this.#body.take(), retryAfter };
  }

  /** What follows the head. */
  #readHeads(bytes: Buffer): Buffer {
    let rest = this.#beginning === undefined ? bytes : Buffer.concat([this.#beginning, bytes]);
    for (;;) {
      const head = readHead(rest);
      if ((head?.size ?? rest.length) > MOST_HEAD_BYTES) throw new BadAnswer('its head is too long');
      if (head === undefined) {
        this.#beginning = Buffer.from(rest);
        return rest;
      }
      rest = rest.subarray(head.size);
      if (head.status === SWITCHING_PROTOCOLS) throw new BadAnswer('it changes the protocol');
      // Before the answer there may be notes that it will come (RFC 9110, section 15.2).
      if (head.status >= 200) {
        this.#begin(head);
        return rest;
      }
    }
  }

  #begin(head: AnswerHead): void {
    this.#beginning = undefined;
    this.#head = head;
    const { length } = head;
    if (length === 'chunked') this.#chunks = new ChunkedBody((bytes) => this.#add(bytes));
    else if (typeof length === 'number') {
      if (length > this.#maxBytes) throw new LargeAnswer();
      this.#body.tellLength(length);
    }
  }

  #readBody({ length }: AnswerHead, bytes: Buffer): boolean {
    if (this.#chunks !== undefined) {
      this.#hasSurplus = this.#chunks.read(bytes) < bytes.length;
      return this.#chunks.hasEnded;
    }
    if (typeof length !== 'number') {
      this.#add(bytes);
      return false;
    }
    const left = length - this.#body.length;
    this.#hasSurplus = bytes.length > left;
    this.#body.add(this.#hasSurplus ? bytes.subarray(0, left) : bytes);
    return this.#body.length === length;
  }

  #add(bytes: Buffer): void {
    if (this.#body.length + bytes.length > this.#maxBytes) throw new LargeAnswer();
    this.#body.add(bytes);
  }
}
