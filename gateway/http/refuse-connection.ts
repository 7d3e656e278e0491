/**
 * A refusal that goes straight onto the connection, because what came over it is no request that could be answered:
 * the body that GraphQL errors have, and the end of the connection. Decides nothing about what is refused.
 */

import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { GatewayError } from '../base/gateway-error.ts';
import { requestIdOf } from '../request/request-id.ts';
import { shapeGatewayError } from '../request/shape-error.ts';
import type { Visits } from './visits.ts';

export interface Refusal {
  readonly requestId: string;
  readonly status: number;
  readonly error: GatewayError;
  /** Beside those of every refusal. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuseConnection(socket: Duplex, { requestId, status, error, headers = {} }: Refusal): void {
  const { retryAfterMs } = error.facts;
  const body = JSON.stringify({ errors: [shapeGatewayError(error, requestId)] });
  const all = {
    'content-length': Buffer.byteLength(body),
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': requestId,
    ...(retryAfterMs === undefined ? {} : { 'retry-after': Math.ceil(retryAfterMs / 1000) }),
    ...headers,
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}

export interface RefusedTurn extends Pick<Refusal, 'error' | 'headers'> {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** For the log. */
  readonly sentence: string;
}

/** Of a request by which the connection was to become another one (an upgrade, a tunnel): told, and counted. */
export function refuseTurn(
  { request, socket, error, headers = {}, sentence }: RefusedTurn,
  visits: Visits,
): void {
  const requestId = requestIdOf(request.headers['x-request-id']);
  const { status } = ERRORS[error.code];
  // Whoever does not hang up then is hung up on: the server leaves such a connection half open.
  socket.once('finish', () => socket.destroy());
  refuseConnection(socket, { requestId, status, error, headers });
  visits.refused({ requestId, status, code: error.code }, sentence);
}
