/**
 * One HTTP exchange by undici's dispatch, which costs a tenth of fetch: a body out, a whole body back, within a
 * deadline, up to a size, until nobody waits for it any more. Knows no GraphQL.
 */

import type { Dispatcher } from 'undici';

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

/** The deadline passed. */
export class TooLate extends Error {}
/** The answer is larger than it may be. */
export class TooLarge extends Error {}

/** Rejects with TooLate, TooLarge, or what the connection failed with. */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = request;
    dispatcher.dispatch({ method: 'POST', path, headers, body }, new AnswerReader(request, resolve, reject));
  });
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (answer: RawAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #size = 0;
  #status = 0;
  #contentType = '';

  constructor(
    request: ExchangeRequest,
    resolve: (answer: RawAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#stop(new TooLate('the deadline passed')), request.timeoutMs);
    this.#onAbort = () => this.#stop(new Error('nobody waits for the answer any more'));
    request.signal.addEventListener('abort', this.#onAbort);
    // A signal that has aborted says nothing any more.
    if (request.signal.aborted) this.#onAbort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It may have been stopped while it waited for a connection.
    if (this.#stopped !== undefined) controller.abort(this.#stopped);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#contentType = String(headers['content-type'] ?? '');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#request.maxResponseBytes) {
      controller.abort(new TooLarge('the answer is larger than maxResponseBytes'));
    } else {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    this.#release();
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, contentType: this.#contentType, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#release();
    this.#reject(error);
  }

  /** Settles at once: undici may take its time to give up a request that waits for a connection. */
  #stop(error: Error): void {
    this.#stopped = error;
    this.#release();
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
  }
}
