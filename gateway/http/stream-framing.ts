/**
 * How a stream of answers is written, by the protocol that the client speaks: as events (HTML, section 9.2, and GraphQL
 * over SSE), or as parts (RFC 2046, and Apollo's multipart protocol for subscriptions). Knows no connection and no
 * operation.
 */

import { EVENT_STREAM_TYPE } from '../../schema/contract/event-streams.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { shapeGatewayError } from '../request/shape-error.ts';
import { acceptedTypes } from './accepted-types.ts';
import type { Transport } from './live-updates.ts';

export interface StreamFraming {
  readonly transport: Transport;
  readonly contentType: string;
  /** Goes with the head. */
  readonly opening: () => string;
  /** One answer, which is JSON. */
  readonly next: (answer: string) => string;
  /** What has ended it, or, where it `hasBegun` not, what is wrong with the operation. */
  readonly fail: (errors: readonly unknown[], hasBegun: boolean) => string;
  /** Nothing comes after it. */
  readonly complete: string;
  /** A sign of life. */
  readonly beat: string;
  /** The last words to whoever shall come back; `requestId` is the stream's own. */
  readonly away: (requestId: string) => string;
}

/** Who is sent away comes back after a time that is not the same for all. */
const RETRY_MS = { least: 1_000, spread: 4_000 };

export const AS_EVENTS: StreamFraming = {
  transport: 'sse',
  contentType: `${EVENT_STREAM_TYPE}; charset=utf-8`,
  opening: retryLater,
  next: (answer) => eventOf('next', answer),
  fail: (errors) => eventOf('next', JSON.stringify({ errors })),
  complete: eventOf('complete', ''),
  beat: ':\n\n',
  away: retryLater,
};

/** Each part ends with the boundary, so that a client need not wait for the next one to read it. */
export const AS_PARTS: StreamFraming = {
  transport: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: () => '\r\n--graphql',
  next: (answer) => partOf(`{"payload":${answer}}`),
  fail(errors, hasBegun) {
    const all = JSON.stringify(errors);
    return partOf(hasBegun ? `{"payload":null,"errors":${all}}` : `{"payload":{"errors":${all}}}`);
  },
  complete: '--\r\n',
  beat: partOf('{}'),
  // A body that ends without a word is whole for some clients (Apollo Client 3), even without its last boundary.
  away(requestId) {
    const problem = new GatewayError('NOT_READY', { retryAfterMs: retryMs() });
    return `${AS_PARTS.fail([shapeGatewayError(problem, requestId)], true)}${AS_PARTS.complete}`;
  },
};

/** By what the client likes best: some name a stream beside JSON, and mean it for subscriptions alone. */
export function framingOf(accept: string | undefined): StreamFraming | undefined {
  const wished = accept?.toLowerCase();
  if (wished?.includes(EVENT_STREAM_TYPE) !== true && wished?.includes('subscriptionspec') !== true)
    return undefined;
  const [best] = acceptedTypes(wished);
  if (best?.type === EVENT_STREAM_TYPE) return AS_EVENTS;
  const isSubscription = best?.parameters.get('subscriptionspec') === '1.0';
  return isSubscription && best.type === 'multipart/mixed' ? AS_PARTS : undefined;
}

/** Between the tokens of JSON a line break means as much as a blank, and in an event it would end the line. */
export function eventOf(name: 'next' | 'complete', data: string): string {
  return `event: ${name}\ndata: ${data.replace(/[\r\n]+/g, ' ')}\n\n`;
}

function retryLater(): string {
  return `retry: ${retryMs()}\n\n`;
}

function retryMs(): number {
  return Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread);
}

function partOf(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--graphql`;
}
