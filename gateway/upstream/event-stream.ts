/**
 * What every way in which a subgraph sends events has in common: a stream that is opened, gives results and ends.
 * Knows no transport.
 */

import type { ExchangeFailure } from './exchange.ts';
import type { RawAnswer } from './read-answer.ts';

/** Why a stream ended that its reader did not close. */
export type StreamEnd =
  /** Its owner says that nothing more comes. */
  | { readonly kind: 'complete' }
  /** The connection broke or fell silent, or the subgraph goes down: opened again, it may go on. */
  | { readonly kind: 'lost'; readonly cause: unknown }
  /** What came is no event, or too large. */
  | { readonly kind: 'invalid'; readonly cause: unknown };

export interface OpenStream {
  /** At once; nothing is told afterwards. */
  readonly close: () => void;
}

/** Told nothing before the stream is open, and nothing after its end. */
export interface ResultListener {
  /** Parsed from JSON, and trusted in nothing. */
  readonly onResult: (value: unknown) => void;
  readonly onEnd: (end: StreamEnd) => void;
}

export interface StreamRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface ProvenRequest {
  readonly requestId: string;
  /** `{ query, variables }` as JSON: what the proof is about. */
  readonly body: string;
  /** The headers by which the subgraph knows who asks. */
  readonly proof: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Aborts when nobody waits for the stream to open any more. */
  readonly signal: AbortSignal;
}

/** One way of getting events from one subgraph. */
export interface StreamTransport {
  /** An answer where the subgraph answers instead of opening a stream. Never rejects. */
  readonly open: (
    request: ProvenRequest,
    listener: ResultListener,
  ) => Promise<OpenStream | RawAnswer | ExchangeFailure>;
  /** Ends with its last stream, and does not wait for it. */
  readonly close: () => Promise<void>;
}

export interface TransportTarget {
  readonly url: string;
  /** The largest event. */
  readonly maxEventBytes: number;
  readonly maxSilenceMs: number;
}

export function isOpen(made: OpenStream | RawAnswer | ExchangeFailure): made is OpenStream {
  return 'close' in made;
}
