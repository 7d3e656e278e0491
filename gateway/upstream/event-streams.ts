/**
 * The events of one subgraph as the gateway takes them: a stream is opened as its policy allows, with the proof of who
 * asks, and each result is read with the same suspicion as an answer. Opens nothing again by itself. Knows no plan.
 */

import { bodyOfSubscription } from '../../schema/contract/event-streams.ts';
import type { SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { describeError } from '../telemetry/create-logger.ts';
import { CallRefused, isNews, type CallContext, type SubgraphTarget } from './call-sender.ts';
import type { CallerProof } from './caller-proof.ts';
import {
  isOpen,
  type OpenStream,
  type ResultListener,
  type StreamRequest,
  type StreamTransport,
} from './event-stream.ts';
import { ExchangeFailure } from './exchange.ts';
import { judgeCall } from './judge-call.ts';
import { parseJsonExactly, readAnswer, type RawAnswer } from './read-answer.ts';
import { passingRefusal, readEvents, type StreamListener } from './read-events.ts';
import { createSocketStreams } from './socket-streams.ts';
import { createSseStreams } from './sse-streams.ts';

export type { OpenStream, StreamEnd } from './event-stream.ts';
export type { StreamListener } from './read-events.ts';

type Made = OpenStream | RawAnswer | ExchangeFailure;

/** No call waits for what only opens a stream. */
const OPENED = { outcome: 'answered', health: 'good', mayRepeat: false } as const;
/** What is opened again is told, and nobody has to do anything about it. */
const BROKE = { lost: 'info', invalid: 'warn' } as const;
const NO_STREAM: OpenStream = { close: () => undefined };

export class EventStreams {
  readonly url: string;
  readonly #target: SubgraphTarget;
  readonly #path: string;
  readonly #policy: SubgraphPolicy;
  readonly #prove: CallerProof | undefined;
  #transport: StreamTransport | undefined;

  constructor(target: SubgraphTarget, policy: SubgraphPolicy, prove: CallerProof | undefined) {
    const { pathname, search } = new URL(target.url);
    this.url = target.url;
    this.#target = target;
    this.#path = pathname + search;
    this.#policy = policy;
    this.#prove = prove;
  }

  /**
   * Resolves when the stream is open, or with why it is not. A subgraph that answers instead gives one event, and the
   * end. Never rejects.
   */
  async open(
    request: StreamRequest,
    context: CallContext,
    listener: StreamListener,
  ): Promise<OpenStream | GatewayError> {
    const { name, subscriptions } = this.#target;
    // What outlives the snapshot holds these, and not the client.
    const policy = this.#policy;
    const { streams } = policy;
    if (streams.open >= subscriptions.maxStreams) return this.#tooMany(subscriptions.maxStreams);
    streams.open += 1;
    const { log } = context;
    const told: StreamListener = {
      onEvent: listener.onEvent,
      onEnd(end) {
        if (end.kind !== 'complete')
          log[BROKE[end.kind]]({ subgraph: name, cause: describeError(end.cause) }, 'event stream broke');
        listener.onEnd(end);
      },
    };
    const reading = readEvents(told, {
      subgraph: name,
      retryAfter: (askedMs) => policy.retryAfterMs(askedMs),
      endsToRestart: subscriptions.protocol === 'sse' && subscriptions.completeMeans === 'restart',
      onOver: () => (streams.open -= 1),
    });
    const made = await this.#openByPolicy(
      bodyOfSubscription(request.query, request.variables),
      context,
      reading,
    );
    if (isOpenStream(made)) {
      return {
        close() {
          reading.end();
          made.close();
        },
      };
    }
    reading.end();
    const answered = made instanceof Error ? this.#unavailable(made) : this.#answered(made, listener);
    if (answered instanceof GatewayError) {
      const { code, cause } = answered;
      const facts = { subgraph: name, code, cause: describeError(cause ?? answered) };
      log[isNews(cause) ? 'warn' : 'debug'](facts, 'event stream was not opened');
    }
    return answered;
  }

  countReopened(): void {
    this.#policy.streams.reopened += 1;
  }

  /** No other stream is opened. Those that are open go on until they are closed, and are not waited for. */
  async close(): Promise<void> {
    await this.#transport?.close();
  }

  #openByPolicy(body: string, context: CallContext, listener: ResultListener): Promise<Made | CallRefused> {
    const { timeoutMs } = this.#target;
    const deadlineMs = Math.min(performance.now() + timeoutMs, context.deadlineMs ?? Infinity);
    let hadTime = false;
    return this.#policy.run<Made, CallRefused>({
      signal: context.signal,
      deadlineMs,
      attempt: () => {
        const leftMs = deadlineMs - performance.now();
        hadTime = leftMs > timeoutMs / 2;
        return this.#attempt(body, context, { listener, leftMs });
      },
      judge: (made) => (isOpen(made) ? OPENED : judgeCall(made, { isRepeatable: true, hadTime })),
      refuse: (refusal) => new CallRefused(refusal),
    });
  }

  async #attempt(
    body: string,
    { principal, requestId, signal }: CallContext,
    { listener, leftMs }: { readonly listener: ResultListener; readonly leftMs: number },
  ): Promise<Made> {
    if (leftMs <= 0) return new ExchangeFailure('late', false);
    const message = { method: 'POST', path: this.#path, body };
    try {
      const proof = (await this.#prove?.(principal, this.#target.name, message)) ?? {};
      const request = { requestId, body, proof, timeoutMs: leftMs, signal };
      return await (this.#transport ??= this.#connect()).open(request, listener);
    } catch (error) {
      return new ExchangeFailure('broken', false, error);
    }
  }

  #connect(): StreamTransport {
    const { url, connect, maxResponseBytes: maxEventBytes, subscriptions } = this.#target;
    const { protocol, maxSilenceMs } = subscriptions;
    const create = protocol === 'sse' ? createSseStreams : createSocketStreams;
    return create({ url, maxEventBytes, maxSilenceMs }, connect);
  }

  #answered(raw: RawAnswer, { onEvent, onEnd }: StreamListener): OpenStream | GatewayError {
    try {
      const retryAfter = (askedMs?: number) => this.#policy.retryAfterMs(askedMs);
      const answer = readAnswer(this.#target.name, raw, retryAfter, parseJsonExactly);
      const refusal = passingRefusal(answer);
      if (refusal !== undefined) return refusal;
      onEvent(answer);
    } catch (error) {
      return error instanceof GatewayError ? error : this.#unavailable(error);
    }
    onEnd({ kind: 'complete' });
    return NO_STREAM;
  }

  #tooMany(maximum: number): GatewayError {
    const retryAfterMs = this.#policy.retryAfterMs();
    const facts = { subgraph: this.#target.name, retryAfterMs, details: { maximum } };
    return new GatewayError('TOO_MANY_SUBSCRIPTIONS', facts);
  }

  #unavailable(cause: unknown): GatewayError {
    const isLate = cause instanceof ExchangeFailure && cause.problem === 'late';
    const retryAfterMs = this.#policy.retryAfterMs();
    const facts = { subgraph: this.#target.name, retryAfterMs };
    return new GatewayError(isLate ? 'SUBGRAPH_TIMED_OUT' : 'SUBGRAPH_UNAVAILABLE', facts, cause);
  }
}

function isOpenStream(made: Made | CallRefused): made is OpenStream {
  return !(made instanceof Error) && isOpen(made);
}
