/**
 * A condition on what gives a subscription its events must not wait for variables: it is refused as a mistake of the
 * document, by every door, also where another operation of the document is asked for.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS } from '../kit/transports.ts';

let gateway: TestGateway;

beforeAll(async () => {
  const sdl = 'type Query { x: Int } type Subscription { changed: Int }';
  gateway = await startGateway({ subgraphs: [honest('a', sdl, { Query: { x: () => 1 } })] });
});

afterAll(() => gateway?.stop());

const REFUSED = {
  errors: [
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }) }),
  ],
};

describe.each(Object.entries(ASKS))('over %s', (_name, ask) => {
  test.each([
    [
      'on the field',
      { query: 'subscription ($s: Boolean!) { changed @skip(if: $s) }', variables: { s: false } },
    ],
    ['on a fragment', { query: 'subscription ($s: Boolean = true) { ... @include(if: $s) { changed } }' }],
    [
      'in a fragment',
      {
        query:
          'subscription ($s: Boolean = true) { ...F } fragment F on Subscription { changed @skip(if: $s) }',
      },
    ],
    [
      'beside a query',
      { query: 'query A { x } subscription B($s: Boolean!) { changed @skip(if: $s) }', operationName: 'A' },
    ],
  ])('%s', async (_where, operation) => {
    expect(await ask(gateway.url, operation)).toEqual(REFUSED);
  });
});
