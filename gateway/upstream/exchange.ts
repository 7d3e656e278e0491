/**
 * One HTTP exchange: a body out, a whole body back, within a deadline, up to a size, until nobody waits for it any more.
 * Knows no GraphQL.
 */

import { tookBytes } from '../base/give-memory-back.ts';
import { offAbort, onAbort } from '../base/on-abort.ts';
import { LargeAnswer } from './answer-reader.ts';
import type { Asker, Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { RawAnswer } from './read-answer.ts';
import { requestText } from './request-text.ts';

export interface ExchangeRequest {
  /** How each request to the address begins. */
  readonly head: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export type ExchangeProblem =
  /** The deadline passed. */
  | 'late'
  /** The answer is larger than it may be. */
  | 'large'
  /** Nobody waits for the answer any more. */
  | 'abandoned'
  /** What the connection failed with is the cause. */
  | 'broken';

export class ExchangeFailure extends Error {
  readonly problem: ExchangeProblem;
  /** Whether the other side may have got the request; false is certain. */
  readonly wasSent: boolean;

  constructor(problem: ExchangeProblem, wasSent: boolean, cause?: unknown) {
    super(SAYS[problem], { cause });
    this.problem = problem;
    this.wasSent = wasSent;
  }
}

const SAYS = {
  late: 'the deadline passed',
  large: 'the answer is larger than maxResponseBytes',
  abandoned: 'nobody waits for the answer any more',
  broken: 'the connection failed',
} as const satisfies Record<ExchangeProblem, string>;

/** Never rejects. */
export function exchange(
  connections: Connections,
  request: ExchangeRequest,
): Promise<RawAnswer | ExchangeFailure> {
  return new Promise((resolve) => {
    try {
      new Exchange(connections, request, resolve);
    } catch (error) {
      resolve(new ExchangeFailure('broken', false, error));
    }
  });
}

class Exchange implements Asker {
  readonly text: string;
  readonly maxResponseBytes: number;
  readonly #connections: Connections;
  readonly #signal: AbortSignal;
  readonly #resolve: (made: RawAnswer | ExchangeFailure) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = () => this.#stop('abandoned');
  /** From the moment on when the request may be on its way. */
  #connection: Connection | undefined;
  #isSettled = false;

  /** Throws TypeError where the request cannot be sent. */
  constructor(
    connections: Connections,
    request: ExchangeRequest,
    resolve: (made: RawAnswer | ExchangeFailure) => void,
  ) {
    const { head, headers, body, maxResponseBytes, signal, timeoutMs } = request;
    this.text = requestText(head, headers, body);
    this.maxResponseBytes = maxResponseBytes;
    this.#connections = connections;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#stop('late'), timeoutMs);
    onAbort(signal, this.#onAbort);
    // A signal that has aborted says nothing any more, and a request that was given up is not even begun.
    if (signal.aborted) this.#onAbort();
    else connections.ask(this);
  }

  onSend(connection: Connection): boolean {
    if (!this.#isSettled) this.#connection = connection;
    return !this.#isSettled;
  }

  onAnswer(answer: RawAnswer): void {
    tookBytes(answer.body.length);
    this.#settle(answer);
  }

  onFailure(error: Error): void {
    const problem = error instanceof LargeAnswer ? 'large' : 'broken';
    this.#settle(new ExchangeFailure(problem, this.#connection !== undefined, error));
  }

  #stop(problem: ExchangeProblem): void {
    const connection = this.#connection;
    this.#settle(new ExchangeFailure(problem, connection !== undefined));
    if (connection === undefined) this.#connections.forget(this);
    else connection.letGo();
  }

  #settle(made: RawAnswer | ExchangeFailure): void {
    this.#isSettled = true;
    this.#connection = undefined;
    clearTimeout(this.#timer);
    offAbort(this.#signal, this.#onAbort);
    this.#resolve(made);
  }
}
