/**
 * The options about the page that people get who open the gateway's address in a browser. Part of `options.ts`.
 */

import { z } from 'zod';

import { httpUrl } from './option-types.ts';

export const consoleOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether browsers get a console at `/`: to ask, and to see plan, cost and time of an operation; ' +
          'false by default where NODE_ENV is production.',
      ),
    scopes: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'The scopes of which somebody must hold all to be told plans and what systems took; ' +
          '`operations:explain` by default where NODE_ENV is production.',
      ),
    tokenDesk: z
      .union([z.literal(''), httpUrl], { error: 'must be an http or https URL, or empty' })
      .default('')
      .describe(
        'An address that gives the console tokens for roles to switch between, as `npm start` has one; empty for ' +
          'none. For development alone.',
      ),
  })
  .prefault({})
  .describe('The console.');
