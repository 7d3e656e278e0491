/**
 * How a subgraph streams events to the gateway, over SSE or one WebSocket for many principals: the names, times and
 * sizes that both sides must know alike, and what a proof within a `subscribe` message looks like. Knows no library.
 */

import type { SignatureHeaders } from './message-signature.ts';

/**
 * What `accept` says where a subscription is asked for by POST ("distinct connections" of the GraphQL over SSE
 * protocol). Proof and headers are those of any call, without a timeout.
 */
export const EVENT_STREAM_TYPE = 'text/event-stream';

/** The subprotocol of the WebSocket, at the same path. */
export const SOCKET_PROTOCOL = 'graphql-transport-ws';

/** Each side hears something at least so often: a comment line over SSE, a ping of the protocol over WebSocket. */
export const KEEP_ALIVE_MS = 12_000;

/** A socket that carries no proven subscription is closed: so long after its opening, and so long later on. */
export const FIRST_PROOF_WITHIN_MS = 10_000;
export const UNPROVEN_FOR_AT_MOST_MS = 60_000;

/** Of one message from the gateway; larger ones close the socket. */
export const LARGEST_SOCKET_MESSAGE_BYTES = 64 * 1024;

/**
 * Why a subgraph closes a socket. What concerns a single subscription ends that one only: its last `next` has
 * `{"data":null,"errors":[…]}`, and `complete` follows, as over SSE.
 */
export const SOCKET_CLOSE = {
  /** The subgraph stops; another may be there already. Over SSE its streams end with `complete`. */
  SERVICE_RESTART: 1012,
  /** Neither JSON nor a message of the protocol. A frame that is none closes with 1002, one too large with 1009. */
  MALFORMED: 4400,
  /** A `subscribe` before the `connection_init` was acknowledged. */
  NOT_INITIALISED: 4401,
  /** A `subscribe` whose proof is missing or refused. */
  CALLER_NOT_PROVEN: 4403,
  /** No proven subscription for too long, or no `connection_init`, or no answer to a ping. */
  IDLE: 4408,
  /** A second subscription under the id of one that goes on. */
  SUBSCRIBER_EXISTS: 4409,
  /** A second `connection_init`. */
  TOO_MANY_INITIALISATIONS: 4429,
} as const;

/**
 * Stands in the `extensions` of a `subscribe` message's payload under `callerProof`: the headers of the call that it
 * would be, a POST to the path of the upgrade request with `bodyOfSubscription` as body.
 */
export interface CallerProof extends SignatureHeaders {
  readonly authorization: string;
  readonly requestId: string;
}

/** What is signed for a `subscribe` message, byte for byte: `variables` are `{}` where there are none. */
export function bodyOfSubscription(
  query: string,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): string {
  return JSON.stringify({ query, variables: variables ?? {} });
}
