/**
 * The options about how much somebody may ask within a time, and how the gateway knows from where. Part of
 * `options.ts`.
 */

import { isIP } from 'node:net';

import { z } from 'zod';

import { positive } from './option-types.ts';

const LONGEST_WINDOW_S = 86_400;

/** `what` is how much may be asked; `none` what holds where that is not said. */
const quota = (what: string, none: string) =>
  z
    .strictObject({
      limit: positive.describe(`Within the window, how ${what}.`),
      windowS: positive
        .max(LONGEST_WINDOW_S)
        .default(60)
        .describe('How long a window is; it begins with the first use, and at its end all is there again.'),
    })
    .optional()
    .describe(`How ${what}; without it ${none}.`);

const quotas = {
  requests: quota('many requests', 'as many as they like'),
  cost: quota(
    'dear the operations may be all together, counted as `limits.maxCost` does',
    'as dear as they like',
  ),
};

export const rateLimits = z
  .strictObject({
    principal: z
      .strictObject(quotas)
      .prefault({})
      .describe('What each principal with a token may ask; whoever has none is held to the address alone.'),
    client: z
      .strictObject({
        ...quotas,
        names: z
          .array(z.string().min(1).max(100))
          .default([])
          .describe(
            'The clients that are believed by the header `apollographql-client-name` or `graphql-client-name`, where ' +
              'the token has no claim `client_id` or `azp`. Anybody can send these headers, so a name that is not ' +
              'here, and none, count as one and the same client.',
          ),
      })
      .prefault({})
      .describe('What each client, such as an app or a site, may ask for all who use it.'),
    address: z
      .strictObject({
        ...quotas,
        countsSignedIn: z
          .boolean()
          .default(true)
          .describe(
            'Whether requests with an accepted token count too; false where many people come from one address.',
          ),
      })
      .prefault({})
      .describe('What may be asked from each address; of IPv6, from each network of 64 bits.'),
  })
  .prefault({})
  .describe(
    'How much may be asked within a time; more is answered 429 with `Retry-After`. Counted in Redis for all gateways ' +
      'together where `store.redisUrl` is set, else in each process alone.',
  );

/** `10.0.0.0/8`, or one address. */
const network = z
  .string()
  .refine(isNetwork, { error: 'must be an IP address or a network such as 10.0.0.0/8' });

export const trustedProxies = z
  .array(network)
  .default([])
  .describe(
    'The addresses and networks of the proxies before the gateway. Only what these say of where a request comes from ' +
      'is believed; a proxy must add to the header below, or replace it.',
  );

export const forwardedHeader = z
  .enum(['x-forwarded-for', 'forwarded'])
  .default('x-forwarded-for')
  .describe('The header in which trusted proxies say it (`forwarded` is RFC 7239); another one is not read.');

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const family = isIP(address);
  if (family === 0 || others.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
