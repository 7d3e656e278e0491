/**
 * Which other origins may call from a browser (Fetch, "CORS protocol"). Without this, none. Knows no GraphQL.
 */

import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { RATE_LIMIT_HEADERS } from './rate-limit-headers.ts';

/** Headers of an answer that pages of other origins may read. */
const READABLE = ['x-request-id', 'retry-after', ...RATE_LIMIT_HEADERS];

/** Whether it is named among those whose pages may call; `*` names none. */
export function isNamedOrigin(origin: string, options: Config['server']['cors']): boolean {
  return options !== undefined && originsIn(options.origins).includes(origin);
}

/** As browsers write them: without what else may stand in a URL. */
function originsIn(named: readonly string[]): string[] {
  return named.flatMap((each) => URL.parse(each)?.origin ?? []);
}

/** For a refusal that is sent before the hooks have run, so that the page that asked can read why. */
export function originHeaders(
  origin: string | undefined,
  options: Config['server']['cors'],
): Readonly<Record<string, string>> {
  if (options === undefined) return {};
  const isOpen = options.origins.includes('*');
  const named = !isOpen && origin !== undefined && isNamedOrigin(origin, options) ? origin : undefined;
  const allowed = isOpen ? '*' : named;
  return {
    ...(isOpen ? {} : { vary: 'Origin' }),
    ...(allowed === undefined ? {} : { 'access-control-allow-origin': allowed }),
    ...(options.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    'access-control-expose-headers': READABLE.join(', '),
  };
}

export async function allowOrigins(app: FastifyInstance, options: Config['server']['cors']): Promise<void> {
  if (options === undefined) return;
  const { origins, credentials, maxAgeSeconds } = options;
  app.addHook('onRequest', (request, _reply, done) => {
    done(isHalfPreflight(request) ? new GatewayError('BAD_REQUEST', { reason: HALF_PREFLIGHT }) : undefined);
  });
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : originsIn(origins),
    credentials,
    // Event streams are reserved by PUT, and operations on them ended by DELETE.
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: READABLE,
    maxAge: maxAgeSeconds,
  });
}

const HALF_PREFLIGHT = 'A preflight names its origin and the method that it asks for.';

/** The library would refuse it in words of its own. */
function isHalfPreflight({ method, headers }: FastifyRequest): boolean {
  const isWhole = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  return method === 'OPTIONS' && !isWhole;
}
