/**
 * Events of one subscription that wait for a client that reads slowly: as many as allowed, in their order. Knows
 * neither events nor clients.
 */

export class EventQueue<Event> {
  readonly #most: number;
  readonly #waiting: Event[] = [];
  #wake: (() => void) | undefined;
  #isFinished = false;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#most;
  }

  /** Whoever asks first whether there is room keeps the queue within its bound. */
  push(event: Event): void {
    if (this.#isFinished) return;
    this.#waiting.push(event);
    this.#wakeUp();
  }

  /** The one that waits longest; undefined where none does. */
  drop(): Event | undefined {
    return this.#waiting.shift();
  }

  /** Undefined when nothing waits and nothing will come. One reader at a time. */
  async take(): Promise<Event | undefined> {
    while (this.#waiting.length === 0 && !this.#isFinished) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#waiting.shift();
  }

  /** What waits can still be taken. */
  finish(): void {
    this.#isFinished = true;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
