/**
 * Errors before GraphQL as HTTP answers: the same body that GraphQL errors have, the status of the table.
 * Knows the web framework's errors; decides nothing about who may ask.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';
import { shapeGatewayError } from '../request/shape-error.ts';
import { describeError } from '../telemetry/create-logger.ts';
import { acceptedTypes } from './accepted-types.ts';
import { lingerOver } from './linger.ts';
import type { Visit } from './visit.ts';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

const BODY = 'server.maxBodyBytes';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';
const MEANS_JSON: ReadonlySet<string> = new Set([JSON_TYPE, GRAPHQL_TYPE, 'application/*', '*/*']);

export function sendHttpError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = gatewayErrorOf(thrown, request);
  const { requestId, log } = request.visit.context;
  if (!reply.raw.destroyed || !isPrematureClose(thrown)) noteError(error, thrown, request.visit);
  if (error.code === 'UNAUTHENTICATED') {
    log.warn({ check: error.facts.reason }, 'token refused');
    reply.header('www-authenticate', challenge(error.facts.reason));
  }
  // The framework closes it after any body that cannot be read, as if more of it could come.
  if (reply.hasHeader('connection') && request.raw.complete && reply.raw.shouldKeepAlive)
    reply.header('connection', 'keep-alive');
  lingerOver(request.raw);
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return reply
    .code(ERRORS[error.code].status)
    .header('content-type', contentTypeFor(request, error.code))
    .send({ errors: [shapeGatewayError(error, requestId)] });
}

/** What Node says where an answer is compressed for somebody who has gone. */
function isPrematureClose(thrown: unknown): boolean {
  return isRecord(thrown) && thrown['code'] === 'ERR_STREAM_PREMATURE_CLOSE';
}

function noteError(
  { code, facts }: GatewayError,
  thrown: unknown,
  { context: { outcome, log } }: Visit,
): void {
  outcome.failed(code, facts.subgraph);
  if (code === 'INTERNAL') log.error({ cause: describeError(thrown) }, 'request failed inside the gateway');
}

/**
 * With any status but 200, clients read errors from the type of GraphQL alone: JSON could be anybody's on the way
 * (GraphQL over HTTP, section 6.4). What may succeed later is left to the transport, where clients try again by
 * themselves, and so is one answer to a list, of which they expect as many as they have asked.
 */
function contentTypeFor({ headers, body }: FastifyRequest, code: ErrorCode): string {
  const liked = acceptedTypes(headers.accept).find(({ type }) => MEANS_JSON.has(type));
  const isAnswer = liked?.type === GRAPHQL_TYPE && !ERRORS[code].retryable && !Array.isArray(body);
  return `${isAnswer ? GRAPHQL_TYPE : JSON_TYPE}; charset=utf-8`;
}

function gatewayErrorOf(thrown: unknown, { headers, server }: FastifyRequest): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { statusCode: status, refusal } = isRecord(thrown) ? thrown : {};
  // What a library lets nobody throw.
  if (refusal instanceof GatewayError) return refusal;
  if (status === 413)
    return tooLarge(BODY, Number(headers['content-length'] ?? 0), server.initialConfig.bodyLimit ?? 0);
  if (typeof status !== 'number' || status >= 500) return new GatewayError('INTERNAL', {}, thrown);
  return new GatewayError(CODE_OF_STATUS[status] ?? 'BAD_REQUEST', {}, thrown);
}

/** Reading ended at the first byte too many, so that only a body whose length was announced is known in full. */
export function tooLarge(limit: string, announced: number, maximum: number): GatewayError {
  const value = Math.max(announced, maximum + 1);
  return new GatewayError('PAYLOAD_TOO_LARGE', { details: { limit, value, maximum } });
}

/** RFC 6750, section 3. The reason is one of our own words, never text from the token. */
function challenge(reason: string | undefined): string {
  const description = reason === undefined ? '' : `, error_description="${reason}"`;
  return `Bearer error="invalid_token"${description}`;
}
