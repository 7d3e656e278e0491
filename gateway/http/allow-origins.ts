/**
 * Which other origins may call from a browser (Fetch, "CORS protocol"). Without this, none. Knows no GraphQL.
 */

import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

import type { Config } from '../config/options.ts';
import { RATE_LIMIT_HEADERS } from './rate-limit-headers.ts';

/** Headers of an answer that pages of other origins may read. */
const READABLE = ['x-request-id', 'retry-after', ...RATE_LIMIT_HEADERS];

/** Whether it is named among those whose pages may call; `*` names none. */
export function isNamedOrigin(origin: string, options: Config['server']['cors']): boolean {
  return options?.origins.some((named) => URL.parse(named)?.origin === origin) ?? false;
}

export async function allowOrigins(app: FastifyInstance, options: Config['server']['cors']): Promise<void> {
  if (options === undefined) return;
  const { origins, credentials, maxAgeSeconds } = options;
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    credentials,
    // Event streams are reserved by PUT, and operations on them ended by DELETE.
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: READABLE,
    maxAge: maxAgeSeconds,
    strictPreflight: true,
  });
}
