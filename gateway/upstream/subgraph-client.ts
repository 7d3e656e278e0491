/**
 * One subgraph as the gateway calls it: a pool of connections, a deadline, a limit on the answer's size, the proof
 * of who calls. Never throws: an answer or the reason why there is none. Knows no plan and nothing of the client's
 * operation; no header of a client's request comes this way.
 */

import { Pool, type Dispatcher } from 'undici';

import type { Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import type { CallerProof } from './caller-proof.ts';
import { readAnswer, type GraphqlAnswer } from './read-answer.ts';

export interface SubgraphTarget {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
}

/** For whom a call is made; `signal` aborts when nobody waits for the answer any more. */
export interface CallContext {
  readonly requestId: string;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export type SubgraphAnswer =
  ({ readonly kind: 'answered' } & GraphqlAnswer) | { readonly kind: 'failed'; readonly error: GatewayError };

class TooLarge extends Error {}

/** Lives as long as the supergraph that names the subgraph; `close` lets running calls end. */
export class SubgraphClient {
  readonly name: string;
  readonly #target: SubgraphTarget;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #prove: CallerProof | undefined;

  constructor(target: SubgraphTarget, prove: CallerProof | undefined) {
    const { origin, pathname, search } = new URL(target.url);
    this.name = target.name;
    this.#target = target;
    this.#path = pathname + search;
    this.#prove = prove;
    // One deadline covers the whole call, so the pool's own for headers and body are off.
    this.#pool = new Pool(origin, { connections: target.maxConnections, headersTimeout: 0, bodyTimeout: 0 });
  }

  async ask(body: string, context: CallContext): Promise<SubgraphAnswer> {
    const startedAt = performance.now();
    const answer = await this.#call(body, context);
    const facts = { subgraph: this.name, durationMs: Math.round(performance.now() - startedAt) };
    if (answer.kind === 'failed') {
      const { code, cause } = answer.error;
      context.log.warn({ ...facts, code, cause: describeError(cause) }, 'subgraph call failed');
    } else if (answer.errors.length > 0) {
      const reported = answer.errors
        .slice(0, 10)
        .map(({ code, facts: { subgraphCode }, message }) => ({ code, subgraphCode, message }));
      context.log.warn({ ...facts, count: answer.errors.length, reported }, 'subgraph answered with errors');
    }
    return answer;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #call(body: string, context: CallContext): Promise<SubgraphAnswer> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#target.timeoutMs);
    try {
      const signal = AbortSignal.any([deadline.signal, context.signal]);
      return { kind: 'answered', ...(await this.#exchange(body, context, signal)) };
    } catch (error) {
      return { kind: 'failed', error: this.#failureOf(error, deadline.signal.aborted) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(body: string, context: CallContext, signal: AbortSignal): Promise<GraphqlAnswer> {
    const message = { method: 'POST', path: this.#path, body } as const;
    const proof = await this.#prove?.(context.principal, this.name, message);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'x-request-id': context.requestId,
      ...proof,
    };
    const response = await this.#pool.request({ ...message, headers, signal });
    return readAnswer(this.name, {
      status: response.statusCode,
      contentType: String(response.headers['content-type'] ?? ''),
      body: await this.#readBody(response),
    });
  }

  async #readBody({ body }: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    // undici declares its chunks as any; without an encoding set they are buffers.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop destroys the body, and with it the connection.
      if (size > this.#target.maxResponseBytes)
        throw new TooLarge('the answer is larger than maxResponseBytes');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #failureOf(error: unknown, isLate: boolean): GatewayError {
    const { name: subgraph } = this;
    if (error instanceof GatewayError) return error;
    if (isLate) return new GatewayError('SUBGRAPH_TIMED_OUT', { subgraph }, error);
    if (error instanceof TooLarge) return new GatewayError('SUBGRAPH_RESPONSE_INVALID', { subgraph }, error);
    return new GatewayError('SUBGRAPH_UNAVAILABLE', { subgraph }, error);
  }
}
