/**
 * A fault is recognised wherever it stands, and leads back to what was thrown.
 */

import { expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';

import { causeOf, isFault, knownErrorOf } from '../../../../subgraphs/kit/fault.ts';
import { KnownError } from '../../../../subgraphs/kit/known-error.ts';

const thrown = new Error('the disk is full');

test.each([
  ['thrown as it is', thrown],
  ['made known before', knownErrorOf(thrown)],
])('a fault that is %s is one behind graphql-js too, with its cause', async (_how, error) => {
  const known = await failWith(error);
  expect([isFault(known), causeOf(known)]).toEqual([true, thrown]);
});

test('a mistake of the caller is no fault', async () => {
  expect(isFault(await failWith(new KnownError('NOT_FOUND')))).toBe(false);
});

async function failWith(error: Error) {
  const rootValue = {
    a: () => {
      throw error;
    },
  };
  const { errors } = await graphql({
    schema: buildSchema('type Query { a: String }'),
    source: '{ a }',
    rootValue,
  });
  return knownErrorOf(errors?.[0]);
}
