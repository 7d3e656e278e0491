/**
 * The bytes of an answer as they come, put together in one place, each copied once at most: memory outside of V8's heap
 * is what makes it collect garbage most. Knows no HTTP.
 */

/** So that whoever passes the answer on can end the line without a copy. */
const ROOM_TO_SPARE = 1;

export class AnswerBody {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Where the chunks are put from the first one on, if their length was told. */
  #place: Buffer | undefined;
  #toldLength = 0;

  get length(): number {
    return this.#length;
  }

  /** What the other side says that it will send, which may be no number and need not be true; before the first chunk. */
  tellLength(header: unknown, maxBytes: number): void {
    const length = Number(header);
    if (Number.isSafeInteger(length) && length > 0 && length <= maxBytes) this.#toldLength = length;
  }

  add(chunk: Buffer): void {
    const end = this.#length + chunk.length;
    if (this.#length === 0 && chunk.length < this.#toldLength)
      this.#place = Buffer.allocUnsafeSlow(this.#toldLength + ROOM_TO_SPARE);
    if (this.#place === undefined || end > this.#toldLength) this.#keep(chunk);
    else chunk.copy(this.#place, this.#length);
    this.#length = end;
  }

  /**
   * Nothing more comes. Holds nothing any more: whoever has this may live longer, if only because the garbage collector
   * has not looked at it, and what it held would live with it.
   */
  take(): Buffer {
    const [place, chunks] = [this.#place, this.#chunks];
    this.#place = undefined;
    this.#chunks = [];
    if (place !== undefined) return place.subarray(0, this.#length);
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  }

  #keep(chunk: Buffer): void {
    if (this.#place !== undefined) this.#chunks = [this.#place.subarray(0, this.#length)];
    this.#place = undefined;
    this.#chunks.push(chunk);
  }
}
