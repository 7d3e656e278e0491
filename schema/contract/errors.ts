/**
 * Every error code that may leave a subgraph or the gateway, once: who is to blame, the HTTP status when the whole
 * request is refused, whether trying the same again can help, and the one sentence that a client reads.
 * Facts of a single case (which argument, which limit) travel beside the code, never in the sentence.
 */

/** `client`: the request is wrong. `subgraph`: it answered badly or not at all. `system`: what stands behind it. `us`: the gateway or the kit. */
export type Blame = 'client' | 'subgraph' | 'system' | 'us';

export interface ErrorEntry {
  readonly blame: Blame;
  readonly status: number;
  readonly retryable: boolean;
  readonly says: string;
}

const entries = {
  BAD_REQUEST: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'The request is not a well-formed GraphQL request.',
  },
  GRAPHQL_PARSE_FAILED: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'The operation is not GraphQL.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'The operation does not fit the schema.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'The request does not say which of its operations to run.',
  },
  LIMIT_EXCEEDED: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'The request is larger than the endpoint allows; the details name the limit.',
  },
  DOCUMENT_NOT_FOUND: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'No document is known under the id that the request names.',
  },
  DOCUMENT_NOT_TRUSTED: {
    blame: 'client',
    status: 403,
    retryable: false,
    says: 'Only documents that are listed may be asked here, and this one is not.',
  },
  // Status and sentence of these two are a protocol: by them clients know that they must send the whole document.
  PERSISTED_QUERY_NOT_FOUND: {
    blame: 'client',
    status: 200,
    retryable: false,
    says: 'PersistedQueryNotFound',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    blame: 'client',
    status: 200,
    retryable: false,
    says: 'PersistedQueryNotSupported',
  },
  BAD_USER_INPUT: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'An argument or a variable has a value that is not allowed.',
  },
  // 400, not 503: nothing is wrong with the gateway, and whoever balances the load must not think so.
  OPERATION_TOO_COMPLEX: {
    blame: 'client',
    status: 400,
    retryable: false,
    says: 'Planning the operation takes more time or memory than one operation may use.',
  },
  UNAUTHENTICATED: { blame: 'client', status: 401, retryable: false, says: 'The token was not accepted.' },
  FORBIDDEN: {
    blame: 'client',
    status: 403,
    retryable: false,
    says: 'You are not allowed to see or do this.',
  },
  FORBIDDEN_FIELD: {
    blame: 'client',
    status: 403,
    retryable: false,
    says: 'You are not allowed to see or do this, so no system was asked for it.',
  },
  NOT_FOUND: {
    blame: 'client',
    status: 404,
    retryable: false,
    says: 'What the request names does not exist, or not for you.',
  },
  METHOD_NOT_ALLOWED: {
    blame: 'client',
    status: 405,
    retryable: false,
    says: 'The endpoint does not answer this HTTP method for this operation.',
  },
  VERSION_CONFLICT: {
    blame: 'client',
    status: 409,
    retryable: false,
    says: 'Somebody else changed this since you read it.',
  },
  STATE_CONFLICT: {
    blame: 'client',
    status: 409,
    retryable: false,
    says: 'The state that this is in does not allow the change.',
  },
  INSUFFICIENT_STOCK: {
    blame: 'client',
    status: 409,
    retryable: false,
    says: 'There is not enough stock for this.',
  },
  CREDIT_EXCEEDED: {
    blame: 'client',
    status: 409,
    retryable: false,
    says: 'The customer’s credit does not cover this.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    blame: 'client',
    status: 409,
    retryable: true,
    says: 'A request with this idempotency key is still running.',
  },
  DUPLICATE: { blame: 'client', status: 409, retryable: false, says: 'This exists already.' },
  PAYLOAD_TOO_LARGE: {
    blame: 'client',
    status: 413,
    retryable: false,
    says: 'The request is larger than the endpoint accepts.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    blame: 'client',
    status: 415,
    retryable: false,
    says: 'The endpoint reads application/json in UTF-8 and no other content type.',
  },
  UNSUPPORTED_TRANSFER_CODING: {
    blame: 'client',
    status: 501,
    retryable: false,
    says: 'The endpoint reads the transfer coding chunked and no other.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    blame: 'client',
    status: 422,
    retryable: false,
    says: 'This idempotency key was used with other arguments.',
  },
  RATE_LIMITED: {
    blame: 'client',
    status: 429,
    retryable: true,
    says: 'More was asked than is allowed within a time; the details name the limit.',
  },
  CALLER_NOT_PROVEN: {
    blame: 'client',
    status: 401,
    retryable: false,
    says: 'This subgraph answers only the gateway.',
  },
  WEBHOOK_NOT_PROVEN: {
    blame: 'client',
    status: 401,
    retryable: false,
    says: 'The signature of the webhook was not accepted.',
  },
  // 425 and not 409: nothing conflicts, and the same event will be right when the other one has arrived.
  EVENT_TOO_EARLY: {
    blame: 'client',
    status: 425,
    retryable: true,
    says: 'What the event builds on has not arrived yet.',
  },
  EVENT_REFUSED: {
    blame: 'client',
    status: 422,
    retryable: false,
    says: 'The event cannot be adopted here.',
  },
  SUBGRAPH_UNAVAILABLE: {
    blame: 'subgraph',
    status: 503,
    retryable: true,
    says: 'The system that owns this field cannot be reached.',
  },
  SUBGRAPH_TIMED_OUT: {
    blame: 'subgraph',
    status: 504,
    retryable: true,
    says: 'The system that owns this field did not answer in time.',
  },
  // Not retryable: repeated without a key, what took effect would take effect twice.
  OUTCOME_UNKNOWN: {
    blame: 'subgraph',
    status: 504,
    retryable: false,
    says: 'Whether the change took effect is not known: the answer of the system that owns it was lost.',
  },
  SUBGRAPH_RESPONSE_INVALID: {
    blame: 'subgraph',
    status: 502,
    retryable: false,
    says: 'The system that owns this field gave an answer that cannot be used.',
  },
  SUBGRAPH_FAILED: {
    blame: 'subgraph',
    status: 502,
    retryable: false,
    says: 'The system that owns this field failed.',
  },
  SYSTEM_UNAVAILABLE: {
    blame: 'system',
    status: 503,
    retryable: true,
    says: 'The system behind this field is not available.',
  },
  TOO_MANY_SUBSCRIPTIONS: {
    blame: 'subgraph',
    status: 503,
    retryable: true,
    says: 'More subscriptions are open than can be served.',
  },
  SUBSCRIPTION_TOO_SLOW: {
    blame: 'client',
    status: 503,
    retryable: true,
    says: 'The subscription was ended because its events were taken more slowly than they came.',
  },
  OVERLOADED: {
    blame: 'us',
    status: 503,
    retryable: true,
    says: 'The gateway has too much to do right now.',
  },
  IDENTITY_UNAVAILABLE: {
    blame: 'us',
    status: 503,
    retryable: true,
    says: 'The token cannot be checked right now: the keys of its issuer cannot be had.',
  },
  NOT_READY: { blame: 'us', status: 503, retryable: true, says: 'The gateway is starting or stopping.' },
  INTERNAL: {
    blame: 'us',
    status: 500,
    retryable: false,
    says: 'Something went wrong on our side. Name the request id when you report it.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;

export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = entries;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}
