/**
 * One HTTP exchange by undici's dispatch, which costs a tenth of fetch: a body out, a whole body back, within a
 * deadline, up to a size, until nobody waits for it any more. Knows no GraphQL.
 */

import type { Dispatcher } from 'undici';

import { tookBytes } from '../base/give-memory-back.ts';
import { AnswerBody } from './answer-body.ts';
import type { RawAnswer } from './read-answer.ts';

export interface ExchangeRequest {
  readonly path: string;
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
  dispatcher: Dispatcher,
  request: ExchangeRequest,
): Promise<RawAnswer | ExchangeFailure> {
  return new Promise((resolve) => {
    const { path, headers, body } = request;
    const send = () => void dispatcher.dispatch({ method: 'POST', path, headers, body }, reader);
    const reader = new AnswerReader(request, send, resolve);
    // A request that was given up already is not even begun.
    if (!request.signal.aborted) send();
  });
}

/** Connections that rested may have died together; what cannot be reached at all has other errors. */
const MOST_FRESH_STARTS = 3;

/**
 * Whether a connection that rested was cut off by the other side, with a request waiting for it that has not begun: the
 * library then fails the request, though it was made for another connection just as well.
 */
function diedAtRest(error: Error): boolean {
  return 'syscall' in error && (error.syscall === 'read' || error.syscall === 'write');
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #send: () => void;
  readonly #resolve: (made: RawAnswer | ExchangeFailure) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;
  readonly #body = new AnswerBody();
  /** From the moment on when the request may be on its way. */
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: ExchangeFailure | undefined;
  #freshStarts = 0;
  #status = 0;
  #contentType = '';
  #retryAfter: string | undefined;

  constructor(
    request: ExchangeRequest,
    send: () => void,
    resolve: (made: RawAnswer | ExchangeFailure) => void,
  ) {
    this.#request = request;
    this.#send = send;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#stop('late'), request.timeoutMs);
    this.#onAbort = () => this.#stop('abandoned');
    request.signal.addEventListener('abort', this.#onAbort);
    // A signal that has aborted says nothing any more.
    if (request.signal.aborted) this.#onAbort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It may have been stopped while it waited for a connection.
    if (this.#stopped !== undefined) controller.abort(this.#stopped);
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#contentType = String(headers['content-type'] ?? '');
    const { 'retry-after': retryAfter, 'content-length': length } = headers;
    this.#body.tellLength(length, this.#request.maxResponseBytes);
    if (retryAfter !== undefined) this.#retryAfter = String(retryAfter);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.length + chunk.length > this.#request.maxResponseBytes) this.#stop('large');
    else this.#body.add(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    // It holds the first bytes of the answer.
    this.#controller = undefined;
    const body = this.#body.take();
    tookBytes(body.length);
    const [status, contentType, retryAfter] = [this.#status, this.#contentType, this.#retryAfter];
    this.#resolve({ status, contentType, body, retryAfter });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#mayStartAfresh(error)) {
      this.#freshStarts += 1;
      // Whatever else has died with it is known by then.
      setImmediate(this.#send);
      return;
    }
    this.#release();
    this.#resolve(new ExchangeFailure('broken', this.#controller !== undefined, error));
  }

  #mayStartAfresh(error: Error): boolean {
    const hasBegun = this.#controller !== undefined || this.#stopped !== undefined;
    return !hasBegun && diedAtRest(error) && this.#freshStarts < MOST_FRESH_STARTS;
  }

  /** Settles at once: undici may take its time to give up a request that waits for a connection. */
  #stop(problem: ExchangeProblem): void {
    this.#stopped = new ExchangeFailure(problem, this.#controller !== undefined);
    this.#release();
    this.#resolve(this.#stopped);
    this.#controller?.abort(this.#stopped);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }
}
