/**
 * Who gets events instead of JSON: clients that would rather have them, and none that only name them too.
 */

import { wantsEvents } from '../../../../gateway/http/event-stream-route.ts';

test.each([
  ['graphql-sse', 'text/event-stream', true],
  ['urql, for a subscription', 'text/event-stream, multipart/mixed', true],
  [
    'urql, for a query',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    false,
  ],
  ['by weight', 'application/json;q=0.5, Text/Event-Stream', true],
  ['by less weight', 'text/event-stream;q=0.1, application/json', false],
  ['a browser', 'text/html,*/*;q=0.8', false],
  ['nobody in particular', undefined, false],
])('%s', (_who, accept, expected) => {
  expect(wantsEvents(accept)).toBe(expected);
});
