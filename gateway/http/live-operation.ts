/**
 * One operation of a live connection, whatever its transport: what passes the gateway as a request does is answered,
 * once or with every event, and its end is told, counted and logged. Knows no frame and no header.
 */

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';
import { answerMessage, type MessageParts } from '../request/answer-message.ts';
import { printEvent } from '../request/print-event.ts';
import type { Payer } from '../request/account.ts';
import { LazyContext } from '../request/request-context.ts';
import type { Session } from '../request/session.ts';
import { shapeGatewayError } from '../request/shape-error.ts';
import type { Attempt } from '../subscriptions/attempt.ts';
import type { Ending, EndReason } from '../subscriptions/ending.ts';
import { Subscription } from '../subscriptions/subscription.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { RequestRecord } from '../telemetry/request-record.ts';
import type { Place } from './admission.ts';
import type { LiveUpdates, Transport } from './live-updates.ts';
import { REQUEST_ENDED } from './tell-end.ts';

export interface LiveParts extends MessageParts {
  readonly live: LiveUpdates;
  /** How long a request, or one event, may take. */
  readonly deadlineMs: number;
  readonly log: Logger;
  readonly meters: Pick<Meters, 'failed'>;
}

/** How the client is told. */
export interface OperationSink {
  /** It is run, and whatever comes is its answer. */
  readonly begin?: () => void;
  /** One answer, JSON in one line. Resolves when it has left. */
  readonly next: (text: string) => Promise<void>;
  /** Nothing comes after it. */
  readonly fail: (errors: readonly unknown[]) => void;
  /** Nothing comes after it. */
  readonly complete: () => void;
  /** The connection is dead. */
  readonly cut: () => void;
}

export interface AskedOperation {
  readonly transport: Transport;
  /** What the body of a request has; trusted in nothing. */
  readonly message: JsonObject;
  readonly session: Session;
  readonly requestId: string;
  readonly readsOnly: boolean;
  /** Whether it is a request of its own, which has a line in the log anyway. */
  readonly isRequest: boolean;
  readonly idempotencyKey?: string | undefined;
  readonly reportsCost?: boolean;
  /** What the client calls itself, if it does. */
  readonly clientName: string | undefined;
  /** Undefined where nobody counts. */
  readonly payer: Payer | undefined;
  /** Counts what is no HTTP request, which is counted already. Throws or rejects with RATE_LIMITED. */
  readonly charge?: () => Promise<void> | undefined;
  /** Waits for a place among the requests, if it has none. */
  readonly admit: (signal: AbortSignal) => Place | Promise<Place> | undefined;
}

export class LiveOperation {
  readonly #parts: LiveParts;
  readonly #asked: AskedOperation;
  readonly #sink: OperationSink;
  readonly #gone = new AbortController();
  readonly #log: Logger;
  readonly #startedAt = performance.now();
  readonly #context: LazyContext;
  #subscription: Subscription | undefined;
  #ending: Ending | undefined;

  constructor(parts: LiveParts, asked: AskedOperation, sink: OperationSink) {
    this.#parts = parts;
    this.#asked = asked;
    this.#sink = sink;
    const { requestId, transport } = asked;
    this.#log = parts.log.child({ requestId, transport });
    this.#context = this.#newContext(this.#gone.signal);
  }

  /** Until all has been told. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#gone;
    try {
      await this.#asked.charge?.();
      const place = await this.#asked.admit(signal);
      const answered = await answerMessage(this.#parts, this.#asked, this.#context).finally(() =>
        place?.leave(),
      );
      if ('attempt' in answered) await this.#subscribe(answered.attempt);
      else await this.#answer(answered);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#subscription !== undefined) return;
    if (this.#ending !== undefined) this.#tell(this.#ending);
    if (this.#asked.isRequest) return;
    this.#log.info(this.#facts(), REQUEST_ENDED);
    this.#parts.meters.failed(this.outcome);
  }

  /** Undecided as long as it is prepared. */
  get isSubscription(): boolean {
    return this.#subscription !== undefined;
  }

  get outcome(): RequestRecord {
    return this.#context.outcome;
  }

  /** At once. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#subscription?.end(ending);
    this.#gone.abort();
  }

  #isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  #newContext(signal: AbortSignal, deadlineMs = performance.now() + this.#parts.deadlineMs): LazyContext {
    const { requestId, session, readsOnly, idempotencyKey, payer, reportsCost = false } = this.#asked;
    const context = new LazyContext(requestId, session.principal, {
      deadlineMs,
      signal: () => signal,
      log: () => this.#log,
    });
    context.readsOnly = readsOnly;
    context.idempotencyKey = idempotencyKey;
    context.reportsCost = reportsCost;
    context.payer = payer;
    return context;
  }

  async #answer({ text, hasData }: { readonly text: string; readonly hasData: boolean }): Promise<void> {
    if (this.#isGone()) return;
    if (!hasData) {
      this.#sink.fail(errorsOf(text));
      return;
    }
    this.#sink.begin?.();
    await this.#sink.next(text);
    if (!this.#isGone()) this.#sink.complete();
  }

  async #subscribe(first: Attempt): Promise<void> {
    const { live, snapshots } = this.#parts;
    const { transport, session } = this.#asked;
    let leave: (ended: EndReason) => void;
    try {
      leave = live.subscribe(transport, session.principal);
    } catch (error) {
      first.release();
      throw error;
    }
    this.#sink.begin?.();
    const subscription = this.#newSubscription();
    this.#subscription = subscription;
    if (this.#ending !== undefined) subscription.end(this.#ending);
    const forget = snapshots.onChange(() => subscription.move());
    const ended = await subscription.run(first).catch((error: unknown): Ending => {
      return { reason: 'internal', problem: new GatewayError('INTERNAL', {}, error) };
    });
    this.#logFault(ended.problem);
    // Who left before it had the last event hears nothing more: its id may be another operation's by now.
    const ending = this.#ending ?? ended;
    forget();
    leave(ending.reason);
    this.#tell(ending);
    this.#logEnd(ending, subscription);
  }

  #newSubscription(): Subscription {
    const { live, meters, maxAnswerBytes } = this.#parts;
    const { session, transport } = this.#asked;
    return new Subscription({
      again: () => this.#again(),
      contextOf: (signal) => this.#newContext(signal),
      judge: async () => {
        const problem = await session.judge();
        return problem === undefined ? undefined : { reason: 'token', problem };
      },
      enter: (signal) => live.enter(signal),
      deliver: async (result, hasGap) => {
        const text = printEvent(result, this.#context, { hasGap, maxAnswerBytes });
        // It may be days until the subscription ends.
        meters.failed(this.outcome);
        await this.#sink.next(text);
        live.counts[transport].delivered += 1;
      },
      onDrop: () => (live.counts[transport].dropped += 1),
      options: live.options,
      clock: SYSTEM_CLOCK,
      random: Math.random,
    });
  }

  /** The same operation on the supergraph of now: it passes all that a new one passes. */
  async #again(): Promise<Attempt | Ending> {
    try {
      // Nobody waits for an answer, and after a new supergraph there is much to plan at once.
      const context = this.#newContext(this.#gone.signal, Infinity);
      const answered = await answerMessage(this.#parts, this.#asked, context);
      if ('attempt' in answered) return answered.attempt;
      this.outcome.add(context.outcome);
      return { reason: 'refused', problem: errorsOf(answered.text) };
    } catch (error) {
      if (error instanceof GatewayError) return { reason: 'refused', problem: error };
      throw error;
    }
  }

  #tell({ reason, problem }: Ending): void {
    if (reason === 'stalled') this.#sink.cut();
    else if (problem !== undefined) this.#sink.fail(this.#shaped(problem));
    else if (reason === 'completed') this.#sink.complete();
  }

  #shaped(problem: GatewayError | readonly unknown[]): readonly unknown[] {
    if (!(problem instanceof GatewayError)) return problem;
    this.#context.outcome.failed(problem.code, problem.facts.subgraph);
    return [shapeGatewayError(problem, this.#asked.requestId)];
  }

  #fail(error: unknown): void {
    if (this.#gone.signal.aborted) return;
    const problem = error instanceof GatewayError ? error : new GatewayError('INTERNAL', {}, error);
    this.#logFault(problem);
    this.#sink.fail(this.#shaped(problem));
  }

  #logFault(problem: Ending['problem']): void {
    if (problem instanceof GatewayError && problem.code === 'INTERNAL')
      this.#log.error({ cause: describeError(problem) }, 'request failed inside the gateway');
  }

  #logEnd({ reason }: Ending, { events }: Subscription): void {
    this.#log.info({ ...this.#facts(), reason, ...events }, 'subscription ended');
    // Where it is a request, that ends too.
    if (!this.#asked.isRequest) this.#parts.meters.failed(this.outcome);
  }

  #facts() {
    const { operationName, operationType, operationHash, cost, errorCodes, errors } = this.outcome;
    const { clientName } = this.#asked;
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const operation = { operationName, operationType, operationHash, clientName, cost };
    const told = errors.length === 0 ? {} : { errors };
    return { ...operation, durationMs, errorCodes, ...told };
  }
}

function errorsOf(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  return isRecord(value) && Array.isArray(value['errors']) ? value['errors'] : [];
}
