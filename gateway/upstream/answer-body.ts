/**
 * The bytes of an answer as they come, put together in one place, each copied once if their length was told: memory
 * outside of V8's heap is what makes it collect garbage most. Knows no HTTP.
 */

/** So that whoever passes the answer on can end the line without a copy. */
const ROOM_TO_SPARE = 1;
/** Less than that is cheaper in memory that answers share. */
const LEAST_BYTES_ALONE = 4_096;

export class AnswerBody {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Where the bytes are put, if their length was told. */
  #place: Buffer | undefined;

  get length(): number {
    return this.#length;
  }

  /** How many bytes will come; before the first one. */
  tellLength(bytes: number): void {
    const room = bytes + ROOM_TO_SPARE;
    this.#place = bytes < LEAST_BYTES_ALONE ? Buffer.allocUnsafe(room) : Buffer.allocUnsafeSlow(room);
  }

  /** Copies the bytes. Throws RangeError where more come than were told. */
  add(bytes: Buffer): void {
    if (this.#place === undefined) this.#chunks.push(Buffer.from(bytes));
    else this.#place.set(bytes, this.#length);
    this.#length += bytes.length;
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
}
