/**
 * The options about what several gateways share. Part of `options.ts`.
 */

import { z } from 'zod';

import { milliseconds, pemFile } from './option-types.ts';

export const store = z
  .strictObject({
    redisUrl: z
      .string()
      // A sentence of its own: the library's would repeat the address, which may hold a password.
      .refine((url) => URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol), {
        error: 'must be a redis or rediss URL',
        abort: true,
      })
      .refine(hasNumberedDatabase, {
        error: 'must have nothing or the number of a database behind the port, such as redis://host:6379/2',
      })
      .optional()
      .describe(
        'The Redis that gateways share, `redis://` or, with TLS, `rediss://`; no Redis Cluster. Without it each ' +
          'process keeps what would be shared in its memory. It is better set in the environment: it may hold a password.',
      ),
    keyPrefix: z
      .string()
      .max(64)
      .default('tributary:')
      .describe('What every key in Redis begins with; gateways with the same one share.'),
    timeoutMs: milliseconds
      .default(50)
      .describe(
        'How long the answer of Redis is waited for; then, and while Redis is away, the memory of the process serves.',
      ),
    caFile: pemFile
      .optional()
      .describe('The only authorities (PEM) that may vouch for Redis, instead of the well-known ones.'),
  })
  .refine(({ caFile, redisUrl }) => caFile === undefined || redisUrl?.startsWith('rediss:'), {
    error: 'needs a rediss URL where caFile is given',
  })
  .prefault({})
  .describe('Where what several gateways share is kept: how much of a rate limit is used.');

/** The client would end the process over another one, or go on in the first. */
function hasNumberedDatabase(url: string): boolean {
  const { pathname, searchParams } = new URL(url);
  return [pathname.slice(1), searchParams.get('db') ?? ''].every((database) => /^\d*$/.test(database));
}
