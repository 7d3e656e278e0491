/**
 * One subgraph as the gateway calls it: a pool of connections, a deadline, a limit on the answer's size, the proof
 * of who calls. Never throws: an answer or the reason why there is none. Knows no plan and nothing of the client's
 * operation; no header of a client's request comes this way but the key of a mutation, once it is checked.
 */

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import { describeError } from '../telemetry/create-logger.ts';
import { CallSender, isNews, type CallContext, type SubgraphTarget } from './call-sender.ts';
import type { CallerProof } from './caller-proof.ts';
import { EventStreams } from './event-streams.ts';
import { ExchangeFailure } from './exchange.ts';
import { InFlightCalls } from './in-flight-calls.ts';
import { explainUnknown, outcomeUnknown, type Effect, type UnknownChange } from './lost-answer.ts';
import {
  isPlain,
  parseJson,
  parseJsonExactly,
  readAnswer,
  type RawAnswer,
  type SubgraphAnswer,
} from './read-answer.ts';

export interface AskOptions {
  /** An identical call in here is not made again; each asker gets an answer of its own. */
  readonly shared?: SharedCalls | undefined;
  /** What a mutation is told apart by. */
  readonly effect?: Effect;
  /** Whether numbers of the answer keep all their digits. */
  readonly readsExactly?: boolean;
}

export interface ByteOptions extends Required<Pick<AskOptions, 'readsExactly'>> {
  readonly fits: (bytes: Buffer) => boolean;
}

interface Change extends Required<Pick<AskOptions, 'effect'>> {
  readonly read: (raw: RawAnswer) => SubgraphAnswer;
}

export type { CallContext } from './call-sender.ts';

export type { SubgraphAnswer } from './read-answer.ts';

/** The bytes of an answer that the asker takes as they are. */
export interface PassedAnswer {
  readonly kind: 'passed';
  readonly bytes: Buffer;
}

/** The calls to one subgraph that one request has made, by their bodies. Never for a mutation. */
export type SharedCalls = Map<string, Promise<RawAnswer>>;

/** Lives as long as the supergraph that names the subgraph; `close` lets running calls end. */
export class SubgraphClient {
  readonly name: string;
  readonly events: EventStreams;
  readonly #policy: SubgraphPolicy;
  readonly #sender: CallSender;
  readonly #inFlight: InFlightCalls | undefined;
  readonly #quotesMessages: boolean;

  constructor(target: SubgraphTarget, policy: SubgraphPolicy, prove: CallerProof | undefined) {
    this.name = target.name;
    this.#policy = policy;
    this.#quotesMessages = target.quotesMessages === true;
    this.#sender = new CallSender(target, policy, prove);
    this.events = new EventStreams(target, policy, prove);
    this.#inFlight = target.deduplicate ? new InFlightCalls(target.timeoutMs) : undefined;
  }

  ask(
    body: string,
    context: CallContext,
    { shared, effect = 'none', readsExactly = false }: AskOptions = {},
  ): Promise<SubgraphAnswer> {
    const read = (raw: RawAnswer) => this.#answerOf(raw, readsExactly);
    if (effect !== 'none') return this.#change(body, context, { effect, read });
    const sent = shared?.get(body) ?? this.#query(body, context);
    shared?.set(body, sent);
    // Read anew for each asker: what one of them merges into must not be another's.
    return this.#read(sent, context, read);
  }

  /** For a query; an answer that `fits` is not read. */
  askForBytes(
    body: string,
    context: CallContext,
    { fits, readsExactly }: ByteOptions,
  ): Promise<SubgraphAnswer | PassedAnswer> {
    return this.#read<SubgraphAnswer | PassedAnswer>(this.#query(body, context), context, (raw) =>
      isPlain(raw) && fits(raw.body)
        ? { kind: 'passed', bytes: raw.body }
        : this.#answerOf(raw, readsExactly),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#sender.close(), this.events.close()]);
  }

  #answerOf(raw: RawAnswer, readsExactly: boolean): SubgraphAnswer {
    const retryAfter = (askedMs?: number) => this.#policy.retryAfterMs(askedMs);
    const parse = readsExactly ? parseJsonExactly : parseJson;
    return readAnswer(this.name, raw, retryAfter, parse);
  }

  async #read<Answer extends SubgraphAnswer | PassedAnswer>(
    sent: Promise<RawAnswer>,
    context: CallContext,
    read: (raw: RawAnswer) => Answer,
  ): Promise<Answer | SubgraphAnswer> {
    const startedAt = performance.now();
    let answer: Answer | SubgraphAnswer;
    try {
      answer = read(await sent);
    } catch (error) {
      answer = { kind: 'failed', error: this.#failureOf(error) };
    }
    if (answer.kind === 'failed' || (answer.kind === 'answered' && answer.errors.length > 0))
      this.#logTrouble(answer, context, startedAt);
    return answer;
  }

  /** A request makes its log only where there is something to tell. */
  #logTrouble(answer: SubgraphAnswer, { log }: CallContext, startedAt: number): void {
    const facts = { subgraph: this.name, durationMs: Math.round(performance.now() - startedAt) };
    if (answer.kind === 'failed') {
      const { code, cause } = answer.error;
      log[isNews(cause) ? 'warn' : 'debug'](
        { ...facts, code, cause: describeError(cause) },
        'subgraph call failed',
      );
    } else {
      const isTrouble = answer.errors.some(({ code }) => ERRORS[code].blame !== 'client');
      const reported = answer.errors.slice(0, 10).map(({ code, facts: { subgraphCode }, message }) => ({
        code,
        subgraphCode,
        ...(this.#quotesMessages ? { message } : {}),
      }));
      const told = { ...facts, count: answer.errors.length, reported };
      // A refusal or a bad argument is business as usual.
      log[isTrouble ? 'warn' : 'info'](told, 'subgraph answered with errors');
    }
  }

  #query(body: string, context: CallContext): Promise<RawAnswer> {
    const send = (signal: AbortSignal) => this.#sender.send({ body, context, signal, isRepeatable: true });
    if (this.#inFlight === undefined) return send(context.signal);
    const key = `${JSON.stringify(context.principal)} ${body}`;
    return this.#inFlight.ask(key, context, send);
  }

  async #change(body: string, context: CallContext, { effect, read }: Change): Promise<SubgraphAnswer> {
    const isOnce = effect === 'once under a key';
    const idempotencyKey = context.idempotencyKey ?? (isOnce ? context.ownKey : undefined);
    const losses = { count: 0 };
    const sent = this.#sender
      .send({
        body,
        context,
        signal: context.signal,
        idempotencyKey,
        // Whoever has brought no key does not count on repetitions.
        isRepeatable: isOnce && context.idempotencyKey !== undefined,
        losses,
      })
      .finally(() => this.#inFlight?.forget());
    const answer = await this.#read(sent, context, read);
    const changeOf = (askedMs?: number): UnknownChange => ({
      subgraph: this.name,
      idempotencyKey: isOnce ? idempotencyKey : undefined,
      retryAfterMs: this.#policy.retryAfterMs(askedMs),
    });
    if (answer.kind === 'answered') {
      if (!answer.errors.some(({ code }) => code === 'OUTCOME_UNKNOWN')) return answer;
      this.#policy.outcomesUnknown += 1;
      return { ...answer, errors: explainUnknown(answer.errors, changeOf()) };
    }
    const { error } = answer;
    if (losses.count === 0) return { kind: 'failed', error: this.#withoutEffect(error) };
    this.#policy.outcomesUnknown += 1;
    return { kind: 'failed', error: outcomeUnknown(changeOf(error.facts.retryAfterMs), error) };
  }

  /** The subgraph has heard nothing of the change, whatever it was too late for. */
  #withoutEffect(error: GatewayError): GatewayError {
    if (error.code !== 'SUBGRAPH_TIMED_OUT') return error;
    return new GatewayError('SUBGRAPH_UNAVAILABLE', error.facts, error.cause);
  }

  #failureOf(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error;
    const code = codeOfFailure(error);
    const retry = ERRORS[code].retryable ? { retryAfterMs: this.#policy.retryAfterMs() } : {};
    return new GatewayError(code, { subgraph: this.name, ...retry }, error);
  }
}

function codeOfFailure(error: unknown): ErrorCode {
  const problem = error instanceof ExchangeFailure ? error.problem : 'broken';
  if (problem === 'late') return 'SUBGRAPH_TIMED_OUT';
  return problem === 'large' ? 'SUBGRAPH_RESPONSE_INVALID' : 'SUBGRAPH_UNAVAILABLE';
}
