/**
 * An answer in parts, in no format yet: what an engine gives and whoever writes it to a client takes. Knows neither.
 */

import type { CallContext } from '../upstream/subgraph-client.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import type { OperationResult } from './compile-operation.ts';
import type { FieldFailure } from './fetch-journal.ts';
import type { Data } from './own-property.ts';

/** A deferred fragment at one place of the answer. All paths and names are the client's. */
export interface PendingPart {
  readonly id: string;
  readonly path: Path;
  readonly label: string | undefined;
}

export interface FinishedPart {
  readonly part: PendingPart;
  /** New fields by the path of their object; undefined where a null has spread over the whole part. */
  readonly patches: readonly { readonly path: Path; readonly data: Data }[] | undefined;
  readonly failures: readonly FieldFailure[];
}

export interface LaterPayload {
  readonly pending: readonly PendingPart[];
  readonly finished: readonly FinishedPart[];
  readonly hasNext: boolean;
}

export interface DeferredAnswer {
  readonly initial: OperationResult;
  /** Empty where nothing comes later. */
  readonly pending: readonly PendingPart[];
  /** Makes each payload only when it is asked for; rejects only for a fault of our own. */
  readonly later: AsyncIterable<LaterPayload>;
}

/** What the client of a request can take. */
export interface Delivery {
  /** Whether a part repeats what the client has already; the older format does. */
  readonly repeats: boolean;
  /** Set by the engine where the answer comes in parts; the initial one goes the usual way. */
  answer: DeferredAnswer | undefined;
}

/** Without a delivery, an answer comes whole. */
export interface DeferrableCall extends CallContext {
  readonly delivery?: Delivery | undefined;
}
