/**
 * What belongs to one request from its first header to its last byte, and the way to it from places that the
 * server library calls without it. Knows no HTTP.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

import type { Principal } from '../../schema/contract/principal.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { RequestRecord } from '../telemetry/request-record.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { SystemCall } from '../base/operation-report.ts';
import type { Delivery } from '../execution/deferred-answer.ts';
import type { ExplainableCall } from '../execution/explain-operation.ts';
import type { Subscribing, SubscribingCall } from '../execution/prepared-subscription.ts';
import type { Payer } from './account.ts';

export interface RequestContext extends ExplainableCall, SubscribingCall {
  /** Set where events are taken; the engine puts a subscription there instead of answering. */
  subscribing: Subscribing | undefined;
  /** Whether the request may change nothing, because of how it came. */
  readsOnly: boolean;
  /** Set before the operation is run, where the client takes an answer in parts. */
  delivery: Delivery | undefined;
  /** Under which a mutation takes effect once. */
  idempotencyKey: string | undefined;
  /** Whether the answer is to tell what it cost. */
  reportsCost: boolean;
  /** Set where the client wants the document to be stored; to be called once it is known to be valid. */
  keepDocument: (() => void) | undefined;
  /** Undefined where nobody counts. */
  payer: Payer | undefined;
  /** Where the answer is to tell them. */
  calls: SystemCall[] | undefined;
  /** Whether the operation is explained instead of run. */
  explains: boolean;
  /** Filled while the request runs, for what is told when it ends. */
  readonly outcome: RequestRecord;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function createRequestContext(call: CallContext): RequestContext {
  return new LazyContext(call.requestId, call.principal, {
    deadlineMs: call.deadlineMs ?? Infinity,
    log: () => call.log,
    signal: () => call.signal,
  });
}

/** What is costly to make and seldom asked for; each is made once. */
export interface ContextSources {
  /** Of the whole request, in the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly log: () => Logger;
  readonly signal: () => AbortSignal;
}

export class LazyContext implements RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  delivery: Delivery | undefined;
  idempotencyKey: string | undefined;
  reportsCost = false;
  keepDocument: (() => void) | undefined;
  payer: Payer | undefined;
  calls: SystemCall[] | undefined;
  explains = false;
  subscribing: Subscribing | undefined;
  readsOnly = false;
  readonly outcome: RequestRecord;
  // The server library clones the context, which private names do not survive.
  private readonly sources: ContextSources;
  private madeLog: Logger | undefined;
  private madeSignal: AbortSignal | undefined;
  private madeKey: string | undefined;

  constructor(
    requestId: string,
    principal: Principal,
    sources: ContextSources,
    outcome = new RequestRecord(performance.now()),
  ) {
    this.requestId = requestId;
    this.principal = principal;
    this.sources = sources;
    this.outcome = outcome;
  }

  get log(): Logger {
    return (this.madeLog ??= this.sources.log());
  }

  get deadlineMs(): number {
    return this.sources.deadlineMs;
  }

  get signal(): AbortSignal {
    return (this.madeSignal ??= this.sources.signal());
  }

  get ownKey(): string {
    return (this.madeKey ??= randomUUID());
  }

  /** One operation of several in the request, paid for by whoever pays for them all. */
  forOperation(payer: Payer): LazyContext {
    const { deadlineMs } = this;
    const sources = { deadlineMs, log: () => this.log, signal: () => this.signal };
    const own = new LazyContext(this.requestId, this.principal, sources);
    own.reportsCost = this.reportsCost;
    own.payer = payer;
    return own;
  }

  /** The same request, once it is known who asks. */
  as(principal: Principal): LazyContext {
    return new LazyContext(this.requestId, principal, this.sources, this.outcome);
  }
}

/** Runs `work` so that `currentRequest` finds the context, whatever is awaited in between. */
export function runInRequest<Result>(context: RequestContext, work: () => Promise<Result>): Promise<Result> {
  return storage.run(context, work);
}

/** Undefined outside of a request. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
