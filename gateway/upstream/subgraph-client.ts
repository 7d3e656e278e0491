/**
 * One subgraph as the gateway calls it: a pool of connections, a deadline, a limit on the answer's size, the proof
 * of who calls. Never throws: an answer or the reason why there is none. Knows no plan and nothing of the client's
 * operation; no header of a client's request comes this way but the key of a mutation, once it is checked.
 */

import { Pool, type buildConnector } from 'undici';

import { ERRORS } from '../../schema/contract/errors.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import type { CallerProof } from './caller-proof.ts';
import { exchange, TooLarge, TooLate } from './exchange.ts';
import { InFlightCalls } from './in-flight-calls.ts';
import { isPlain, readAnswer, type GraphqlAnswer, type RawAnswer } from './read-answer.ts';

export interface SubgraphTarget {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  /** Whether identical queries of one principal that are under way at the same moment are one call. */
  readonly deduplicate: boolean;
  /** Where connections are made in a way of their own. */
  readonly connect?: buildConnector.connector | undefined;
}

export interface AskOptions {
  /** An identical call in here is not made again; each asker gets an answer of its own. */
  readonly shared?: SharedCalls | undefined;
  /** Whether it is a mutation. */
  readonly hasEffect?: boolean;
}

/** For whom a call is made; `signal` aborts when nobody waits for the answer any more. */
export interface CallContext {
  readonly requestId: string;
  readonly principal: Principal;
  /** Goes with mutations alone. */
  readonly idempotencyKey?: string | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export type SubgraphAnswer =
  ({ readonly kind: 'answered' } & GraphqlAnswer) | { readonly kind: 'failed'; readonly error: GatewayError };

/** The bytes of an answer that the asker takes as they are. */
export interface PassedAnswer {
  readonly kind: 'passed';
  readonly bytes: Buffer;
}

/** The calls to one subgraph that one request has made, by their bodies. Never for a mutation. */
export type SharedCalls = Map<string, Promise<RawAnswer>>;

const FIXED_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
} as const;

/** Lives as long as the supergraph that names the subgraph; `close` lets running calls end. */
export class SubgraphClient {
  readonly name: string;
  readonly #target: SubgraphTarget;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #prove: CallerProof | undefined;
  readonly #inFlight: InFlightCalls | undefined;

  constructor(target: SubgraphTarget, prove: CallerProof | undefined) {
    const { origin, pathname, search } = new URL(target.url);
    this.name = target.name;
    this.#target = target;
    this.#path = pathname + search;
    this.#prove = prove;
    this.#inFlight = target.deduplicate ? new InFlightCalls() : undefined;
    // One deadline covers the whole call, so the pool's own for headers and body are off.
    this.#pool = new Pool(origin, {
      connections: target.maxConnections,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(target.connect === undefined ? {} : { connect: target.connect }),
    });
  }

  async ask(
    body: string,
    context: CallContext,
    { shared, hasEffect = false }: AskOptions = {},
  ): Promise<SubgraphAnswer> {
    const sent = shared?.get(body) ?? (hasEffect ? this.#mutate(body, context) : this.#query(body, context));
    shared?.set(body, sent);
    // Read anew for each asker: what one of them merges into must not be another's.
    return this.#read(sent, context, (raw) => ({ kind: 'answered', ...readAnswer(this.name, raw) }));
  }

  /** For a query; an answer that `fits` is not read. */
  askForBytes(
    body: string,
    context: CallContext,
    fits: (bytes: Buffer) => boolean,
  ): Promise<SubgraphAnswer | PassedAnswer> {
    return this.#read<SubgraphAnswer | PassedAnswer>(this.#query(body, context), context, (raw) =>
      isPlain(raw) && fits(raw.body)
        ? { kind: 'passed', bytes: raw.body }
        : { kind: 'answered', ...readAnswer(this.name, raw) },
    );
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #read<Answer extends SubgraphAnswer | PassedAnswer>(
    sent: Promise<RawAnswer>,
    context: CallContext,
    read: (raw: RawAnswer) => Answer,
  ): Promise<Answer | SubgraphAnswer> {
    const startedAt = performance.now();
    const answer = await sent
      .then(read)
      .catch((error: unknown): SubgraphAnswer => ({ kind: 'failed', error: this.#failureOf(error) }));
    if (answer.kind !== 'passed') this.#logTrouble(answer, context, startedAt);
    return answer;
  }

  #logTrouble(answer: SubgraphAnswer, { log }: CallContext, startedAt: number): void {
    const facts = { subgraph: this.name, durationMs: Math.round(performance.now() - startedAt) };
    if (answer.kind === 'failed') {
      const { code, cause } = answer.error;
      log.warn({ ...facts, code, cause: describeError(cause) }, 'subgraph call failed');
    } else if (answer.errors.length > 0) {
      const isTrouble = answer.errors.some(({ code }) => ERRORS[code].blame !== 'client');
      const reported = answer.errors
        .slice(0, 10)
        .map(({ code, facts: { subgraphCode }, message }) => ({ code, subgraphCode, message }));
      const told = { ...facts, count: answer.errors.length, reported };
      // A refusal or a bad argument is business as usual.
      log[isTrouble ? 'warn' : 'info'](told, 'subgraph answered with errors');
    }
  }

  #query(body: string, context: CallContext): Promise<RawAnswer> {
    if (this.#inFlight === undefined) return this.#send(body, context, context.signal);
    const key = `${JSON.stringify(context.principal)} ${body}`;
    return this.#inFlight.ask(key, context.signal, (signal) => this.#send(body, context, signal));
  }

  async #mutate(body: string, context: CallContext): Promise<RawAnswer> {
    try {
      return await this.#send(body, context, context.signal, context.idempotencyKey);
    } finally {
      this.#inFlight?.forget();
    }
  }

  async #send(
    body: string,
    { requestId, principal }: CallContext,
    signal: AbortSignal,
    idempotencyKey?: string,
  ): Promise<RawAnswer> {
    const { timeoutMs, maxResponseBytes } = this.#target;
    const message = { method: 'POST', path: this.#path, body, idempotencyKey };
    const headers = {
      ...FIXED_HEADERS,
      'x-request-id': requestId,
      ...(idempotencyKey === undefined ? {} : { [IDEMPOTENCY_KEY_HEADER]: idempotencyKey }),
      ...(await this.#prove?.(principal, this.name, message)),
    };
    return exchange(this.#pool, { path: this.#path, headers, body, timeoutMs, maxResponseBytes, signal });
  }

  #failureOf(error: unknown): GatewayError {
    const { name: subgraph } = this;
    if (error instanceof GatewayError) return error;
    if (error instanceof TooLate) return new GatewayError('SUBGRAPH_TIMED_OUT', { subgraph }, error);
    if (error instanceof TooLarge) return new GatewayError('SUBGRAPH_RESPONSE_INVALID', { subgraph }, error);
    return new GatewayError('SUBGRAPH_UNAVAILABLE', { subgraph }, error);
  }
}
