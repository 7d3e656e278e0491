/**
 * What Node cannot read as an HTTP request, or not to its end: the answer goes straight onto the connection. Knows no
 * route and no GraphQL.
 */

import { maxHeaderSize } from 'node:http';
import type { Socket } from 'node:net';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { requestIdOf } from '../request/request-id.ts';
import { originHeaders } from './allow-origins.ts';
import { tooLarge } from './http-error.ts';
import { closeSlowly } from './linger.ts';
import { refuseConnection } from './refuse-connection.ts';
import type { Visits } from './visits.ts';

interface BrokenParts {
  readonly visits: Visits;
  readonly cors: Config['server']['cors'];
}

/** As Node tells it. */
interface BrokenRequest extends Error {
  readonly code?: string;
  /** What was read last; the head may have begun before it. */
  readonly rawPacket?: unknown;
}

/** By what Node's parser says of a request that it gives up. */
const STATUS_OF_BROKEN: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The client sends no more, and it was not all. */
const ENDED_EARLY = 'HPE_INVALID_EOF_STATE';

/** Node's own, which is no option. */
const HEAD = 'bytes of the head';

const PARSER_CODE = /^(?:HPE|ERR_HTTP)_/;

/** Of a head that was not read. */
const ORIGIN = /\r\norigin:[ \t]*([^\s]+)/i;

export function answerBrokenRequest(problem: BrokenRequest, socket: Socket, parts: BrokenParts): void {
  const { code = '' } = problem;
  // Who goes on sending hears it again from the parser, and has its answer; when to hang up is decided already.
  if (socket.writableEnded) return;
  const { visit } = socket;
  const isAnswering = visit?.response.headersSent === true;
  const status = STATUS_OF_BROKEN[code] ?? 400;
  const error =
    status === 431 ? tooLarge(HEAD, 0, maxHeaderSize) : new GatewayError('BAD_REQUEST', {}, problem);
  // Who has gone away, or never finished a TLS handshake, cannot be told anything.
  const hasGone = visit !== undefined && code === ENDED_EARLY;
  if (hasGone || !PARSER_CODE.test(code) || !socket.writable) return void socket.destroy();
  const requestId = visit?.context.requestId ?? requestIdOf(undefined);
  parts.visits.refused({ requestId, status, code: error.code, cause: code }, 'request was not HTTP', visit);
  // In the middle of an answer another would be taken for a part of it.
  if (isAnswering) return void socket.destroy();
  const origin = visit?.request.headers.origin ?? originIn(problem, parts.cors);
  closeSlowly(socket);
  refuseConnection(socket, { requestId, status, error, headers: originHeaders(origin, parts.cors) });
}

/**
 * Undefined where nothing tells it. What a page puts where the browser's own header would stand opens nothing: its
 * browser compares what is allowed with what it knows, and there is nothing in the answer but the refusal.
 */
function originIn({ rawPacket }: BrokenRequest, cors: BrokenParts['cors']): string | undefined {
  const [first, ...others] = cors?.origins ?? [];
  if (first !== undefined && others.length === 0) return first;
  return Buffer.isBuffer(rawPacket) ? ORIGIN.exec(rawPacket.toString('latin1'))?.[1] : undefined;
}
