/**
 * What is read of a request before anything of it is believed, and how one is turned away. Knows no key and no schema.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { CallerRequest } from './verify-caller.ts';

export function callerRequestOf(request: FastifyRequest): CallerRequest {
  const { method, url, headers, body } = request;
  return { method, path: url, headers, body: typeof body === 'string' ? body : '' };
}

export function refuseCaller(reply: FastifyReply, because: string, log: Logger): FastifyReply {
  log.warn({ because }, 'a caller was refused');
  return reply.code(401).send(refusal('CALLER_NOT_PROVEN', because));
}

export function refuseRequest(reply: FastifyReply, reason: string): FastifyReply {
  return reply.code(400).send(refusal('BAD_REQUEST', reason));
}

/** Undefined for what is no JSON. */
export function parseBody(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

function refusal(code: 'CALLER_NOT_PROVEN' | 'BAD_REQUEST', reason: string) {
  return { errors: [{ message: ERRORS[code].says, extensions: { code, reason } }] };
}
