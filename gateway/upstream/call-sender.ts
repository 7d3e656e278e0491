/**
 * Sends calls to one subgraph as its policy allows: over a pool of connections, with what is left of the deadline and
 * the proof of who calls. Knows no GraphQL; what came back is another's to read.
 */

import type { buildConnector } from 'undici';

import { TIMEOUT_HEADER } from '../../schema/contract/call-headers.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import type { SystemCall } from '../base/operation-report.ts';
import type { SubgraphSettings } from '../config/subgraph-options.ts';
import type { Refusal, SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { CallMeter } from '../telemetry/meters.ts';
import type { CallRecord } from '../telemetry/request-record.ts';
import type { CallerProof } from './caller-proof.ts';
import { Connections } from './connections.ts';
import { exchange, ExchangeFailure } from './exchange.ts';
import { judgeCall, type Losses } from './judge-call.ts';
import type { RawAnswer } from './read-answer.ts';
import { requestHead } from './request-text.ts';
import { CallWatch, type WatchedAttempt } from './watch-calls.ts';

export interface SubgraphTarget extends Pick<
  SubgraphSettings,
  'timeoutMs' | 'maxResponseBytes' | 'maxConnections' | 'deduplicate' | 'subscriptions'
> {
  readonly name: string;
  readonly url: string;
  /** Where connections are made in a way of their own. */
  readonly connect?: buildConnector.connector | undefined;
  /** Counts every attempt. */
  readonly meter?: CallMeter | undefined;
  /** Whether the log tells what its errors say in words, which may be rows of data. */
  readonly quotesMessages?: boolean | undefined;
}

/** For whom a call is made; `signal` aborts when nobody waits for the answer any more. */
export interface CallContext {
  readonly requestId: string;
  readonly principal: Principal;
  /** The client’s; goes with mutations alone. */
  readonly idempotencyKey?: string | undefined;
  /** Of our own for this request, where the client has none; the same each time. */
  readonly ownKey?: string | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** When the whole request must be answered, in the clock of `performance.now()`. */
  readonly deadlineMs?: number | undefined;
  /** Gets every call that was made, where somebody wants to know. */
  readonly calls?: SystemCall[] | undefined;
  /** Where it is written down what became of the request. */
  readonly outcome?: CallRecord | undefined;
}

/** One call, with the repetitions that it may come to. */
export interface Sending {
  readonly body: string;
  readonly context: CallContext;
  readonly signal: AbortSignal;
  readonly idempotencyKey?: string | undefined;
  /** Whether making it twice does no harm. */
  readonly isRepeatable: boolean;
  /** Undefined for what changes nothing. */
  readonly losses?: Losses | undefined;
}

/** An answer’s way from the subgraph. */
const LONGEST_WAY_BACK_MS = 100;

/** Nothing was sent. */
export class CallRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`not called: ${refusal}`);
    this.refusal = refusal;
  }
}

/** A circuit that opens is told once, and who is turned away is counted; so is what is given up for a client. */
export function isNews(cause: unknown): boolean {
  const isAbandoned = cause instanceof ExchangeFailure && cause.problem === 'abandoned';
  return !isAbandoned && !(cause instanceof CallRefused);
}

type Made = RawAnswer | ExchangeFailure;

const FIXED_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
  // Without it a subgraph may compress as it likes (RFC 9110, section 12.5.3), and nobody unpacks that here.
  'accept-encoding': 'identity',
} as const;

export class CallSender {
  readonly #target: SubgraphTarget;
  readonly #path: string;
  readonly #head: string;
  readonly #connections: Connections;
  readonly #policy: SubgraphPolicy;
  readonly #prove: CallerProof | undefined;
  readonly #watch: CallWatch;

  constructor(target: SubgraphTarget, policy: SubgraphPolicy, prove: CallerProof | undefined) {
    const url = new URL(target.url);
    this.#target = target;
    this.#path = url.pathname + url.search;
    this.#policy = policy;
    this.#prove = prove;
    this.#watch = new CallWatch(target.name, target.url, target.meter);
    this.#head = requestHead(url, FIXED_HEADERS);
    this.#connections = new Connections({ url, most: target.maxConnections, connect: target.connect });
  }

  /** Rejects with ExchangeFailure or CallRefused. */
  async send(sending: Sending): Promise<RawAnswer> {
    const { context, signal, isRepeatable, losses } = sending;
    const { timeoutMs } = this.#target;
    const { deadlineMs: requestEndMs = Infinity } = context;
    // A change that may be repeated gets as long again, for its first answer may be lost only at the deadline.
    const startMs = performance.now();
    const ownEndMs = startMs + timeoutMs * (losses !== undefined && isRepeatable ? 2 : 1);
    const deadlineMs = Math.min(ownEndMs, requestEndMs);
    const { outcome: record } = context;
    let hadTime = false;
    let attempts = 0;
    let watched: WatchedAttempt;
    const sent = await this.#policy.run<Made, CallRefused>({
      signal,
      deadlineMs,
      attempt: () => {
        watched = this.#watch.begin(record, attempts);
        attempts += 1;
        const leftMs = Math.min(deadlineMs - watched.startedAtMs, timeoutMs);
        // Whoever is given little time is late for no fault of its own.
        hadTime = leftMs > timeoutMs / 2;
        return this.#attempt(sending, leftMs, watched);
      },
      judge: (result) => {
        const verdict = judgeCall(result, { isRepeatable, losses, hadTime });
        this.#watch.end(record, watched, result, verdict);
        return verdict;
      },
      refuse: (refusal) => new CallRefused(refusal),
    });
    const isAnswered = !(sent instanceof Error);
    context.calls?.push({
      subgraph: this.#target.name,
      startMs,
      tookMs: performance.now() - startMs,
      attempts,
      isAnswered,
    });
    if (!isAnswered) throw sent;
    return sent;
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  /** Never rejects. */
  #attempt(sending: Sending, leftMs: number, { headers }: WatchedAttempt): Promise<Made> {
    if (leftMs <= 0) return Promise.resolve(new ExchangeFailure('late', false));
    const proof = this.#proofOf(sending);
    if (proof === undefined) return this.#exchange(sending, leftMs, headers);
    return proof.then(
      (proven) => this.#exchange(sending, leftMs, headers === undefined ? proven : { ...headers, ...proven }),
      (error: unknown) => new ExchangeFailure('broken', false, error),
    );
  }

  #exchange(
    sending: Sending,
    leftMs: number,
    more: Readonly<Record<string, string>> | undefined,
  ): Promise<Made> {
    const { body, context, signal, idempotencyKey } = sending;
    const { maxResponseBytes } = this.#target;
    const timeoutMs = Math.ceil(leftMs);
    // Who stops a little earlier can still say so.
    const toldMs = Math.ceil(leftMs - Math.min(leftMs / 10, LONGEST_WAY_BACK_MS));
    const headers: Record<string, string> = {
      'x-request-id': context.requestId,
      [TIMEOUT_HEADER]: String(toldMs),
    };
    if (idempotencyKey !== undefined) headers[IDEMPOTENCY_KEY_HEADER] = idempotencyKey;
    if (more !== undefined) Object.assign(headers, more);
    const request = { head: this.#head, headers, body, timeoutMs, maxResponseBytes, signal };
    return exchange(this.#connections, request);
  }

  #proofOf({ body, context, idempotencyKey }: Sending) {
    const message = { method: 'POST', path: this.#path, body, idempotencyKey };
    return this.#prove?.(context.principal, this.#target.name, message);
  }
}
