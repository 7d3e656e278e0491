/**
 * What an Accept header asks for, and that a client which names no whole answer still gets its mistakes told.
 */

import { expect, test } from '@jest/globals';

import { acceptForWhole, incrementalFormatOf } from '../../../../gateway/http/accept-incremental.ts';

test.each([
  [undefined, undefined],
  ['*/*', undefined],
  ['application/json', undefined],
  ['multipart/mixed', 'deferSpec=20220824'],
  ['application/json, text/event-stream, multipart/mixed; boundary="-"', 'deferSpec=20220824'],
  ['multipart/mixed, multipart/mixed;incrementalSpec=v0.2;q=0.5', 'incrementalSpec=v0.2'],
  ['multipart/mixed;q=0, application/json', undefined],
  ['multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json;q=0.9', undefined],
  ['multipart/mixed;incrementalSpec=v0.3', undefined],
  ['multipart/mixed;incrementalSpec=v0.2;q=0', undefined],
  ['application/json;incrementalSpec=v0.2', undefined],
  ['multipart/mixed;incrementalSpec=v0.2,application/json;q=0.9', 'incrementalSpec=v0.2'],
  ['application/json, Multipart/Mixed ; boundary="-" ; incrementalspec="V0.2"', 'incrementalSpec=v0.2'],
  ['multipart/mixed;deferSpec=20220824, application/json', 'deferSpec=20220824'],
  ['multipart/mixed;deferSpec=20220824, multipart/mixed;incrementalSpec=v0.2', 'deferSpec=20220824'],
  ['multipart/mixed;deferSpec=20220824;q=0.5, multipart/mixed;incrementalSpec=v0.2', 'incrementalSpec=v0.2'],
])('%s asks for %s', (accept, parameter) => {
  expect(incrementalFormatOf(accept)?.parameter).toBe(parameter);
});

test.each([
  ['multipart/mixed;deferSpec=20220824', 'multipart/mixed;deferSpec=20220824, application/json'],
  ['multipart/mixed, application/graphql-response+json', undefined],
  ['multipart/mixed, */*', undefined],
])('%s: a whole answer has a type', (accept, expected = accept) => {
  expect(acceptForWhole(accept)).toBe(expected);
});
