/**
 * Event streams of one subgraph over HTTP: each a POST of its own, answered by events until one side ends it ("distinct
 * connections" of the GraphQL over SSE protocol). Knows no GraphQL.
 */

import { Pool, type buildConnector, type Dispatcher } from 'undici';

import { EVENT_STREAM_TYPE } from '../../schema/contract/event-streams.ts';
import type {
  OpenStream,
  ProvenRequest,
  ResultListener,
  StreamTransport,
  TransportTarget,
} from './event-stream.ts';
import { ExchangeFailure } from './exchange.ts';
import { parseJsonExactly, type RawAnswer } from './read-answer.ts';
import { createEventReader, type EventReader } from './read-event-stream.ts';

const EVENT_STREAM = /^text\/event-stream\s*(?:;|$)/i;

/** Connections of their own: an open stream must not take the place of calls. */
export function createSseStreams(
  target: TransportTarget,
  connect: buildConnector.connector | undefined,
): StreamTransport {
  const { origin, pathname, search } = new URL(target.url);
  const pool = new Pool(origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(connect === undefined ? {} : { connect }),
  });
  return {
    open: (request, listener) =>
      new Promise((resolve) => {
        const stream = new SseStream({ target, request, listener, resolve });
        const { requestId, body, proof } = request;
        const headers = {
          'content-type': 'application/json',
          accept: EVENT_STREAM_TYPE,
          'accept-encoding': 'identity',
          'x-request-id': requestId,
          ...proof,
        };
        pool.dispatch({ method: 'POST', path: pathname + search, headers, body }, stream);
      }),
    close() {
      // What is open is ended by who reads it, which may be long after.
      pool.close().catch(() => undefined);
      return Promise.resolve();
    },
  };
}

interface StreamParts {
  readonly target: TransportTarget;
  readonly request: ProvenRequest;
  readonly listener: ResultListener;
  readonly resolve: (made: OpenStream | RawAnswer | ExchangeFailure) => void;
}

type Stage =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly reader: EventReader }
  /** Something else than a stream came; it is read whole. */
  | {
      readonly kind: 'answering';
      readonly status: number;
      readonly contentType: string;
      readonly chunks: Buffer[];
    }
  | { readonly kind: 'ended' };

class SseStream implements Dispatcher.DispatchHandler {
  readonly #parts: StreamParts;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = () => this.#giveUp('abandoned');
  #silence: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stage: Stage = { kind: 'opening' };
  #size = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    const { timeoutMs, signal } = parts.request;
    this.#timer = setTimeout(() => this.#giveUp('late'), timeoutMs);
    signal.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stage.kind === 'ended' || this.#parts.request.signal.aborted) {
      this.#giveUp('abandoned');
      controller.abort(new Error('nobody waits for the stream'));
    }
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    { 'content-type': type }: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#stage.kind !== 'opening') return;
    const contentType = String(type ?? '');
    if (status !== 200 || !EVENT_STREAM.test(contentType)) {
      this.#stage = { kind: 'answering', status, contentType, chunks: [] };
      return;
    }
    this.#release();
    this.#stage = { kind: 'open', reader: createEventReader(this.#parts.target.maxEventBytes) };
    this.#silence = setTimeout(
      () => this.#end({ kind: 'lost', cause: new Error('silence') }),
      this.#silenceMs,
    );
    this.#parts.resolve({ close: () => this.#stop() });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const stage = this.#stage;
    if (stage.kind === 'answering') {
      this.#size += chunk.length;
      if (this.#size > this.#parts.target.maxEventBytes) this.#giveUp('large');
      else stage.chunks.push(chunk);
    }
    if (stage.kind !== 'open') return;
    this.#silence?.refresh();
    try {
      for (const { name, data } of stage.reader.read(chunk)) this.#take(name, data);
    } catch (error) {
      this.#end({ kind: 'invalid', cause: error });
    }
  }

  onResponseEnd(): void {
    const stage = this.#stage;
    if (stage.kind === 'open') this.#end({ kind: 'lost', cause: new Error('the stream was cut off') });
    if (stage.kind !== 'answering') return;
    this.#release();
    this.#stage = { kind: 'ended' };
    const { status, contentType, chunks } = stage;
    this.#parts.resolve({ status, contentType, body: Buffer.concat(chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#stage.kind === 'open') this.#end({ kind: 'lost', cause: error });
    else this.#giveUp('broken', error);
  }

  get #silenceMs(): number {
    return this.#parts.target.maxSilenceMs;
  }

  #take(name: string, data: string): void {
    // One of the events before may have ended the stream.
    if (this.#stage.kind !== 'open') return;
    if (name === 'complete') this.#end({ kind: 'complete' });
    // Servers from before the protocol name no event, and would else be read in vain for ever.
    else if (name === 'next' || (name === 'message' && data !== ''))
      this.#parts.listener.onResult(parseJsonExactly(data));
  }

  #end(end: Parameters<ResultListener['onEnd']>[0]): void {
    if (this.#stage.kind !== 'open') return;
    this.#stop();
    this.#parts.listener.onEnd(end);
  }

  #stop(): void {
    this.#stage = { kind: 'ended' };
    clearTimeout(this.#silence);
    this.#controller?.abort(new Error('nobody reads the stream any more'));
  }

  #giveUp(problem: ExchangeFailure['problem'], cause?: unknown): void {
    if (this.#stage.kind === 'ended' || this.#stage.kind === 'open') return;
    this.#release();
    this.#stage = { kind: 'ended' };
    const failure = new ExchangeFailure(problem, this.#controller !== undefined, cause);
    this.#parts.resolve(failure);
    this.#controller?.abort(failure);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#parts.request.signal.removeEventListener('abort', this.#onAbort);
  }
}
