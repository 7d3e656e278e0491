/**
 * The options about how large a request and its answer may be. Part of `options.ts`.
 */

import { z } from 'zod';

import { positive } from './option-types.ts';

const MEBIBYTE = 1024 * 1024;

export const limits = z
  .strictObject({
    maxTokens: positive.default(10_000).describe('The most tokens (names, brackets, values) of a document.'),
    maxNameLength: positive
      .default(200)
      .describe('The most characters of the name of an operation, which is logged and counted by.'),
    maxDepth: positive
      .default(30)
      .describe(
        'The most fields, one inside the other, from the root to a leaf; fragments count where used.',
      ),
    maxRootFields: positive.default(50).describe('The most fields at the root of an operation.'),
    maxAliases: positive
      .default(200)
      .describe('The most aliased fields, counted wherever fragments are used.'),
    maxDirectives: positive.default(200).describe('The most directives of a document.'),
    maxFields: positive
      .default(10_000)
      .describe('The most fields of a document, counted wherever fragments are used.'),
    maxFieldPairs: positive
      .default(200_000)
      .describe(
        'The most pairs of selections that must be compared because they may stand for one key of the answer; ' +
          'the time of validation grows with it.',
      ),
    maxVariableDepth: positive
      .default(20)
      .describe('The most lists and objects, one inside the other, in a variable.'),
    maxVariableValues: positive
      .default(20_000)
      .describe('The most values that the variables hold, lists and objects included.'),
    maxCost: positive
      .default(100_000)
      .describe(
        'The most that an operation may cost before it is run: an object costs 1 and a list its size times its ' +
          'elements, unless `@cost` and `@listSize` say otherwise.',
      ),
    defaultListSize: positive
      .default(10)
      .describe('The size of a list of which neither `@listSize` nor an argument says anything.'),
    maxAnswerBytes: positive
      .default(50 * MEBIBYTE)
      .describe('The largest answer that is sent; a larger one becomes an error.'),
  })
  .prefault({})
  .describe('How large an operation, its variables and its answer may be; checked before anything is asked.');
