/**
 * A subgraph that adds a field to an interface, and may not know an object: what may not be null is an error then, as
 * it is where the object's own type is asked for.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../../schema/contract/errors.ts';
import { askInParts, V0_2 } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../../kit/start-gateway.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@interfaceObject"])`;

const BOOKS = [
  { __typename: 'Book', id: 'known' },
  { __typename: 'Book', id: 'unknown' },
];

const library = honest(
  'library',
  `${LINK}
  type Query { books: [Book] must: [Book!]! }
  interface Media @key(fields: "id") { id: ID! }
  type Book implements Media @key(fields: "id") { id: ID! }`,
  { Query: { books: () => BOOKS, must: () => BOOKS }, Media: { __resolveType: () => 'Book' } },
);

const ratings = honest(
  'ratings',
  `${LINK}
  type Media @interfaceObject @key(fields: "id") { id: ID!  rating: Int!  comment: String }`,
  {
    Media: {
      __resolveReference: ({ id }: { id: string }) =>
        id === 'known' ? { id, rating: 7, comment: 'fine' } : null,
    },
  },
);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [library, ratings] });
});
afterAll(() => gateway?.stop());

const unknownAt = (...path: readonly (string | number)[]) => ({
  message: ERRORS.SUBGRAPH_RESPONSE_INVALID.says,
  path,
  extensions: expect.objectContaining({ subgraph: 'ratings', reason: 'unknown entity' }),
});

test('a field that may not be null is an error, and takes its object with it', async () => {
  expect(await gateway.ask('{ books { id rating } }')).toEqual({
    data: { books: [{ id: 'known', rating: 7 }, null] },
    errors: [unknownAt('books', 1, 'rating')],
  });
});

test('where the null takes all, the answer says why', async () => {
  expect(await gateway.ask('{ must { rating } }')).toEqual({
    data: null,
    errors: [unknownAt('must', 1, 'rating')],
  });
});

test('a field that may be null is null', async () => {
  expect(await gateway.ask('{ must { comment } }')).toEqual({
    data: { must: [{ comment: 'fine' }, { comment: null }] },
  });
});

test('a part that does not come says why', async () => {
  const { next, rest } = await askInParts(gateway.url, {
    query: '{ must { id ... @defer { rating } } }',
    accept: V0_2,
  });
  await next();
  expect(await rest()).toEqual([
    {
      incremental: [{ id: '0', data: { rating: 7 } }],
      completed: [{ id: '0' }, { id: '1', errors: [unknownAt('must', 1, 'rating')] }],
      hasNext: false,
    },
  ]);
});
