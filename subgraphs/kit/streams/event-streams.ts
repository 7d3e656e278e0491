/**
 * Opens streams where the rules allow it, and answers each change as a request of its own until nobody reads any more.
 * Knows no transport.
 */

import { createSourceEventStream, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';

import type { Principal } from '../../../schema/contract/principal.ts';
import { knownErrorOf } from '../fault.ts';
import { KnownError } from '../known-error.ts';
import { logFaults } from '../log-faults.ts';
import { runUntil } from '../request-end.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import { answerChange, type ChangeAnswering } from './answer-change.ts';
import type { ChangeFeed } from './change-feed.ts';
import { refusalOf, type FormattedResult } from './format-result.ts';
import { createOpenStreams, type OpenStreams, type StreamBounds, type StreamPlace } from './open-streams.ts';
import {
  asBadInput,
  fieldOf,
  prepareSubscription,
  type PreparedSubscription,
  type SubscriptionRequest,
} from './prepare-subscription.ts';
import { allowStream, type ChangedEntity, type OpenSource } from './watch.ts';

export interface StreamRequest extends SubscriptionRequest {
  readonly principal: Principal;
  readonly requestId: string;
  readonly transport: 'sse' | 'websocket';
  /** The reader is gone. */
  readonly gone: AbortSignal;
}

export interface EventStreamsOptions<Loaders> {
  /** With its guards. */
  readonly schema: GraphQLSchema;
  /** Without it no subscription can be opened. */
  readonly changes: ChangeFeed | undefined;
  readonly bounds: StreamBounds;
  readonly createContext: (principal: Principal, requestId: string) => SubgraphContext<Loaders>;
  /** To be told when a context is not used any more. */
  readonly onAnswered: (context: SubgraphContext<Loaders>) => void;
}

type Prepared = Extract<PreparedSubscription, { readonly kind: 'ready' }>;

/** One that is open, or about to be. */
interface Stream {
  readonly request: StreamRequest;
  readonly prepared: Prepared;
  readonly place: StreamPlace;
  readonly log: Logger;
}

export class EventStreams<Loaders> {
  private readonly options: EventStreamsOptions<Loaders>;
  private readonly places: OpenStreams;

  constructor(options: EventStreamsOptions<Loaders>) {
    this.options = options;
    this.places = createOpenStreams(options.bounds);
  }

  /**
   * Resolves when the stream is open; what is read from it then are results, the last of which may say why it ends. A
   * refused one has that result only. Never throws. Must be read to its end, which comes when `gone` is aborted.
   */
  async open(request: StreamRequest): Promise<AsyncIterable<FormattedResult>> {
    const prepared = prepareSubscription(this.options.schema, request);
    if (prepared.kind === 'refused') return only(refusalOf(prepared.errors));
    const place = this.places.take(request.gone);
    if (place instanceof KnownError) return only(refusalOf([place]));
    const context = this.options.createContext(request.principal, request.requestId);
    const stream = { request, prepared, place, log: context.log };
    const source = await this.openSource(stream, context);
    this.options.onAnswered(context);
    if ('errors' in source) {
      place.leave();
      logFaults(source.errors, context.log);
      return only(refusalOf(source.errors.map(asBadInput)));
    }
    return this.tell(stream, source);
  }

  /** Lets all tell what is pending and end, and refuses new ones. Resolves when they have ended. */
  end(withinMs: number): Promise<void> {
    return this.places.end(withinMs);
  }

  /** The guards of the field are asked before anything is listened to. */
  private async openSource(
    { request: { variables, operationName }, prepared: { document }, place }: Stream,
    context: SubgraphContext<Loaders>,
  ): Promise<AsyncIterable<ChangedEntity> | { readonly errors: readonly GraphQLError[] }> {
    allowStream(context, sourceOf(this.options.changes, place.pending));
    const { schema } = this.options;
    const given = { schema, document, operationName, variableValues: variables, contextValue: context };
    try {
      const opened = await runUntil(place.over, () => createSourceEventStream(given));
      // Reason for the cast: of `subscriptionFields`, which has no other sources.
      if (Symbol.asyncIterator in opened) return opened as AsyncIterable<ChangedEntity>;
      return { errors: opened.errors ?? [] };
    } catch (error) {
      return { errors: [knownErrorOf(error)] };
    }
  }

  private async *tell(
    stream: Stream,
    source: AsyncIterable<ChangedEntity>,
  ): AsyncGenerator<FormattedResult, void> {
    const { request, prepared, place, log } = stream;
    const facts = { field: fieldOf(prepared), transport: request.transport };
    log.info({ ...facts, open: this.places.count() }, 'a stream was opened');
    let events = 0;
    try {
      let changes = 0;
      for await (const changed of source) {
        const result = await answerChange(this.answering(stream, ++changes), changed);
        if (place.over.aborted) break;
        if (result === undefined) continue;
        events++;
        yield result;
      }
      const failure = place.pending.failure();
      if (failure !== undefined) yield refusalOf([failure]);
    } finally {
      place.leave();
      const code = place.pending.failure()?.code;
      log.info({ ...facts, because: this.whyEnded(place), code, events }, 'a stream was closed');
    }
  }

  private answering({ request, prepared, place }: Stream, count: number): ChangeAnswering<Loaders> {
    const { schema, createContext, onAnswered } = this.options;
    const { principal, requestId, variables, operationName } = request;
    return {
      schema,
      document: prepared.document,
      operationName,
      variables,
      createContext: () => createContext(principal, `${requestId}/${count}`),
      onAnswered,
      over: place.over,
    };
  }

  private whyEnded({ pending }: StreamPlace): string {
    if (pending.failure() !== undefined) return 'it failed';
    return this.places.isStopping() ? 'the process stops' : 'the reader is gone';
  }
}

/** What is pending comes from the changes that are wanted, from now on until it is over. */
function sourceOf(changes: ChangeFeed | undefined, pending: StreamPlace['pending']): OpenSource {
  return async (entity, isWanted) => {
    if (changes === undefined) throw new KnownError('SYSTEM_UNAVAILABLE');
    const onGap = () =>
      pending.fail(new KnownError('SYSTEM_UNAVAILABLE', { reason: 'Changes were not heard for too long.' }));
    const onChange = (change: Parameters<typeof isWanted>[0]) => {
      if (change.entity === entity && isWanted(change)) pending.add(change.id);
    };
    const stopListening = await changes.listen({ onChange, onGap }).catch((error: unknown) => {
      throw new KnownError('SYSTEM_UNAVAILABLE', {}, error);
    });
    return pendingOf(pending, stopListening);
  };
}

async function* pendingOf(
  pending: StreamPlace['pending'],
  stopListening: () => void,
): AsyncGenerator<ChangedEntity, void> {
  try {
    for (;;) {
      const id = await pending.take();
      if (id === undefined) return;
      yield { id };
    }
  } finally {
    stopListening();
  }
}

async function* only(result: FormattedResult): AsyncGenerator<FormattedResult, void> {
  yield result;
}
