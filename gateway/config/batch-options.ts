/**
 * The options about several operations in one request. Part of `options.ts`.
 */

import { z } from 'zod';

import { positive } from './option-types.ts';

export const batching = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Whether a POST may hold a list of operations, answered by a list in the same order. Each is held to all ' +
          'limits, and all together to the tokens, root fields and cost of one; to rate limits they are so many requests.',
      ),
    maxOperations: positive.max(1_000).default(10).describe('The most operations in such a list.'),
  })
  .prefault({})
  .describe('Several operations in one request.');
