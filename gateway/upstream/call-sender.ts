/**
 * Sends calls to one subgraph as its policy allows: over a pool of connections, with what is left of the deadline and
 * the proof of who calls. Knows no GraphQL; what came back is another's to read.
 */

import { Pool, type buildConnector } from 'undici';

import { TIMEOUT_HEADER } from '../../schema/contract/call-headers.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import type { SubgraphSettings } from '../config/subgraph-options.ts';
import type { Refusal, SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { CallerProof } from './caller-proof.ts';
import { exchange, ExchangeFailure } from './exchange.ts';
import { judgeCall, type Losses } from './judge-call.ts';
import type { RawAnswer } from './read-answer.ts';

export interface SubgraphTarget extends Pick<
  SubgraphSettings,
  'timeoutMs' | 'maxResponseBytes' | 'maxConnections' | 'deduplicate' | 'subscriptions'
> {
  readonly name: string;
  readonly url: string;
  /** Where connections are made in a way of their own. */
  readonly connect?: buildConnector.connector | undefined;
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

type Made = RawAnswer | ExchangeFailure;

const FIXED_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
} as const;

export class CallSender {
  readonly #target: SubgraphTarget;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #policy: SubgraphPolicy;
  readonly #prove: CallerProof | undefined;

  constructor(target: SubgraphTarget, policy: SubgraphPolicy, prove: CallerProof | undefined) {
    const { origin, pathname, search } = new URL(target.url);
    this.#target = target;
    this.#path = pathname + search;
    this.#policy = policy;
    this.#prove = prove;
    // One deadline covers the whole call, so the pool's own for headers and body are off.
    this.#pool = new Pool(origin, {
      connections: target.maxConnections,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(target.connect === undefined ? {} : { connect: target.connect }),
    });
  }

  /** Rejects with ExchangeFailure or CallRefused. */
  async send(sending: Sending): Promise<RawAnswer> {
    const { context, signal, isRepeatable, losses } = sending;
    const { timeoutMs } = this.#target;
    const { deadlineMs: requestEndMs = Infinity } = context;
    // A change that may be repeated gets as long again, for its first answer may be lost only at the deadline.
    const ownEndMs = performance.now() + timeoutMs * (losses !== undefined && isRepeatable ? 2 : 1);
    const deadlineMs = Math.min(ownEndMs, requestEndMs);
    let hadTime = false;
    const sent = await this.#policy.run<Made, CallRefused>({
      signal,
      deadlineMs,
      attempt: () => {
        const leftMs = Math.min(deadlineMs - performance.now(), timeoutMs);
        // Whoever is given little time is late for no fault of its own.
        hadTime = leftMs > timeoutMs / 2;
        return this.#attempt(sending, leftMs);
      },
      judge: (result) => judgeCall(result, { isRepeatable, losses, hadTime }),
      refuse: (refusal) => new CallRefused(refusal),
    });
    if (sent instanceof Error) throw sent;
    return sent;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** Never rejects. */
  #attempt(sending: Sending, leftMs: number): Promise<Made> {
    if (leftMs <= 0) return Promise.resolve(new ExchangeFailure('late', false));
    const proof = this.#proofOf(sending);
    if (proof === undefined) return this.#exchange(sending, leftMs, {});
    return proof.then(
      (headers) => this.#exchange(sending, leftMs, headers),
      (error: unknown) => new ExchangeFailure('broken', false, error),
    );
  }

  #exchange(sending: Sending, leftMs: number, proof: Readonly<Record<string, string>>): Promise<Made> {
    const { body, context, signal, idempotencyKey } = sending;
    const { maxResponseBytes } = this.#target;
    const timeoutMs = Math.ceil(leftMs);
    // Who stops a little earlier can still say so.
    const toldMs = Math.ceil(leftMs - Math.min(leftMs / 10, LONGEST_WAY_BACK_MS));
    const headers = {
      ...FIXED_HEADERS,
      'x-request-id': context.requestId,
      [TIMEOUT_HEADER]: String(toldMs),
      ...(idempotencyKey === undefined ? {} : { [IDEMPOTENCY_KEY_HEADER]: idempotencyKey }),
      ...proof,
    };
    return exchange(this.#pool, { path: this.#path, headers, body, timeoutMs, maxResponseBytes, signal });
  }

  #proofOf({ body, context, idempotencyKey }: Sending) {
    const message = { method: 'POST', path: this.#path, body, idempotencyKey };
    return this.#prove?.(context.principal, this.#target.name, message);
  }
}
