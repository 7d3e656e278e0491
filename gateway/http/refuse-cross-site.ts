/**
 * Refuses what another site could make a browser send in somebody's name: a read by GET that carries cookies and
 * nothing for which a browser asks first. Other doors are closed elsewhere: a POST must be JSON, which browsers ask for
 * first, and a mutation by GET is no request. Knows no GraphQL.
 */

import type { FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { isNamedOrigin } from './allow-origins.ts';
import { TOKEN_HEADER } from './single-connection.ts';

/** None of them can be sent to another origin without a preflight (Fetch, "CORS-safelisted request-header"). */
const ASKED_FOR_FIRST = [
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-request-id',
  TOKEN_HEADER,
];

/** What a browser says of a page of the gateway's own origin, and of what a person does (Fetch Metadata, section 2.3). */
const NOT_OF_A_SITE: ReadonlySet<unknown> = new Set(['same-origin', 'none']);

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;

/** Throws BAD_REQUEST, or UNSUPPORTED_MEDIA_TYPE for a GET whose content type is no JSON. */
export function refuseCrossSite({ method, headers }: FastifyRequest, cors: Config['server']['cors']): void {
  if (method !== 'GET') return;
  const contentType = headers['content-type'];
  if (contentType !== undefined && !JSON_TYPE.test(contentType))
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
  if (headers.cookie === undefined || contentType !== undefined) return;
  // No page can set these. Clients whose default is a GET send nothing else by which they could be told apart.
  if (NOT_OF_A_SITE.has(headers['sec-fetch-site'])) return;
  const { origin } = headers;
  if (cors?.credentials === true && origin !== undefined && isNamedOrigin(origin, cors)) return;
  if (ASKED_FOR_FIRST.some((name) => headers[name] !== undefined)) return;
  throw new GatewayError('BAD_REQUEST', {
    reason:
      'A GET that carries cookies could come from another site: leave the cookies out, use POST, or send the header ' +
      'Apollo-Require-Preflight.',
  });
}
