/**
 * The bytes of an answer as they come, put together in one place, each copied once if their length was told: memory
 * outside of V8's heap is what makes it collect garbage most. Knows no HTTP.
 */

/** So that whoever passes the answer on can end the line without a copy. */
const ROOM_TO_SPARE = 1;
/** Less than that is cheaper in memory that answers share. */
const LEAST_BYTES_ALONE = 4_096;
/** Each takes some 200 bytes beside its own, and whoever writes them chooses how small they are. */
const MOST_PIECES = 1_000;

export class AnswerBody {
  #pieces: Buffer[] = [];
  /** What so many pieces each were put together to. */
  #wholes: Buffer[] | undefined;
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
    if (this.#place === undefined) this.#keep(bytes);
    else this.#place.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #keep(bytes: Buffer): void {
    if (this.#pieces.push(Buffer.from(bytes)) < MOST_PIECES) return;
    (this.#wholes ??= []).push(Buffer.concat(this.#pieces));
    this.#pieces = [];
  }

  /**
   * Nothing more comes. Holds nothing any more: whoever has this may live longer, if only because the garbage collector
   * has not looked at it, and what it held would live with it.
   */
  take(): Buffer {
    const place = this.#place;
    const pieces = this.#wholes?.concat(this.#pieces) ?? this.#pieces;
    this.#place = undefined;
    this.#pieces = [];
    this.#wholes = undefined;
    if (place !== undefined) return place.subarray(0, this.#length);
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }
}
