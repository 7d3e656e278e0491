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

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

export function sendHttpError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = gatewayErrorOf(thrown);
  const { requestId, outcome, log } = request.requestContext;
  outcome.errorCodes.add(error.code);
  if (error.code === 'INTERNAL')
    log.error({ cause: describeError(thrown) }, 'request failed inside the gateway');
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', challenge(error.facts.reason));
  return reply.code(ERRORS[error.code].status).send({ errors: [shapeGatewayError(error, requestId)] });
}

function gatewayErrorOf(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const status = isRecord(thrown) ? thrown['statusCode'] : undefined;
  if (typeof status !== 'number' || status >= 500) return new GatewayError('INTERNAL', {}, thrown);
  return new GatewayError(CODE_OF_STATUS[status] ?? 'BAD_REQUEST', {}, thrown);
}

/** RFC 6750, section 3. The reason is one of our own words, never text from the token. */
function challenge(reason: string | undefined): string {
  const description = reason === undefined ? '' : `, error_description="${reason}"`;
  return `Bearer error="invalid_token"${description}`;
}
