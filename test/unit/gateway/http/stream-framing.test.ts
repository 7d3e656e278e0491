/**
 * Who gets a stream instead of JSON, and how it is written: clients that would rather have it, and none that only name
 * it too.
 */

import { framingOf } from '../../../../gateway/http/stream-framing.ts';

test.each([
  ['graphql-sse', 'text/event-stream', 'sse'],
  ['urql, for a subscription', 'text/event-stream, multipart/mixed', 'sse'],
  [
    'urql, for a query',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    undefined,
  ],
  [
    'Apollo Client, for a subscription',
    'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
    'multipart',
  ],
  [
    'Apollo Client, for a query with @defer',
    'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9',
    undefined,
  ],
  ['quoted', 'multipart/mixed; subscriptionSpec = "1.0", application/json', 'multipart'],
  ['another version', 'multipart/mixed;subscriptionSpec=2.0, application/json', undefined],
  ['another type', 'application/json;subscriptionSpec=1.0', undefined],
  ['events rather than parts', 'multipart/mixed;subscriptionSpec=1.0;q=0.5, text/event-stream', 'sse'],
  ['by weight', 'application/json;q=0.5, Text/Event-Stream', 'sse'],
  ['by less weight', 'text/event-stream;q=0.1, application/json', undefined],
  ['a browser', 'text/html,*/*;q=0.8', undefined],
  ['nobody in particular', undefined, undefined],
])('%s', (_who, accept, expected) => {
  expect(framingOf(accept)?.transport).toBe(expected);
});
