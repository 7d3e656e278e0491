/**
 * The options about who asks: who may issue tokens, how the gateway proves itself to subgraphs, and who meets the
 * policies of the supergraph. Part of `options.ts`.
 */

import { z } from 'zod';

import { httpUrl } from './option-types.ts';

/** Asymmetric only: an HMAC algorithm would let whoever can verify a token also make one. */
const TOKEN_ALGORITHMS = [
  'EdDSA',
  'ES256',
  'ES384',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

const issuer = z
  .strictObject({
    issuer: z.string().min(1).describe('The `iss` claim, compared exactly.'),
    audience: z.string().min(1).describe('What the `aud` claim must contain.'),
    jwksFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the public keys (RFC 7517); or give jwksUrl.'),
    jwksUrl: httpUrl.optional().describe('An address that serves the public keys; or give jwksFile.'),
    algorithms: z
      .array(z.enum(TOKEN_ALGORITHMS))
      .min(1)
      .default(['EdDSA'])
      .describe('The only signature algorithms that are accepted from this issuer.'),
    scopeClaim: z
      .enum(['scope', 'scp'])
      .default('scope')
      .describe(
        'The claim that names the scopes, as one text with spaces between them (RFC 8693) or, in `scp`, as a list.',
      ),
    clockToleranceS: z
      .number()
      .int()
      .min(0)
      .max(300)
      .default(5)
      .describe('How far the clocks of issuer and gateway may differ.'),
  })
  .refine((given) => (given.jwksFile === undefined) !== (given.jwksUrl === undefined), {
    error: 'needs exactly one of jwksFile and jwksUrl',
  });

export const identity = z
  .strictObject({
    issuers: z
      .array(issuer)
      .min(1)
      .refine((given) => new Set(given.map((each) => each.issuer)).size === given.length, {
        error: 'must name each issuer once: only the first entry would count',
      })
      .describe('Who may issue tokens; the same `sub` from two of them is one and the same principal.'),
  })
  .optional()
  .describe('Who is asking; without it everybody is anonymous and an Authorization header is ignored.');

export const callerProof = z
  .strictObject({
    keysFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A JWKS (RFC 7517) with one or two private Ed25519 keys, the first of which signs, and for each subgraph ' +
          'one or two `oct` keys with the member `aud` naming it. A changed file is taken over without a restart.',
      ),
    keys: z
      .string()
      .min(1)
      .optional()
      .describe('The same as text, for a secret that comes as an environment variable; or give keysFile.'),
  })
  .refine((given) => (given.keysFile === undefined) !== (given.keys === undefined), {
    error: 'needs exactly one of keysFile and keys',
  })
  .optional()
  .describe('How the gateway proves itself to subgraphs; without it calls are not signed.');

export const access = z
  .strictObject({
    policies: z
      .record(z.string(), z.array(z.string().min(1)))
      .prefault({})
      .describe(
        'The scopes of which somebody must hold all to meet a policy of `@policy`, by its name; a policy that is not ' +
          'named here is met by nobody.',
      ),
  })
  .prefault({})
  .describe('Who may see the fields that the supergraph guards.');
