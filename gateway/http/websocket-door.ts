/**
 * The way from an HTTP upgrade to a WebSocket: who may come in, and what the others are told. Knows no message.
 */

import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { SOCKET_PROTOCOL } from '../../schema/contract/event-streams.ts';
import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { requestIdOf } from '../request/request-id.ts';
import { shapeGatewayError } from '../request/shape-error.ts';
import { isNamedOrigin } from './allow-origins.ts';
import { headerValues } from './header-values.ts';
import { WebSocketConnection, type SocketParts } from './websocket-connection.ts';

export interface DoorParts extends SocketParts {
  readonly path: string;
  readonly maxMessageBytes: number;
  readonly cors: Config['server']['cors'];
}

export function openWebSocketDoor(server: Server, parts: DoorParts): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: parts.maxMessageBytes,
    // A compressed frame could hide what it unfolds to (CVE-2022-39386 and its kin).
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const requestId = requestIdOf(request.headers['x-request-id']);
    try {
      admit(request, parts);
      const upgrade = {
        authorizations: headerValues(request.rawHeaders, 'authorization'),
        isForeign: isForeign(request, parts.cors),
        remoteAddress: request.socket.remoteAddress,
        headers: request.headers,
      };
      parts.live.holdConnections();
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        new WebSocketConnection(webSocket, upgrade, parts);
      });
    } catch (error) {
      refuse(socket, error, requestId);
      parts.log.info({ requestId, errorCodes: [codeOf(error)] }, 'websocket refused');
    }
  });
}

/**
 * Any other protocol that a client offers may be ignored (RFC 9110, section 7.8): curl and Java's own client offer
 * HTTP/2 so, with a request that is to be answered.
 */
export function asksForSocket({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return upgrade.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

/** Throws GatewayError. */
function admit({ url = '', headers }: IncomingMessage, { path }: DoorParts): void {
  if (url.split('?')[0] !== path) throw new GatewayError('NOT_FOUND');
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(SOCKET_PROTOCOL)) return;
  throw new GatewayError('BAD_REQUEST', {
    reason: `The WebSocket must offer the protocol ${SOCKET_PROTOCOL}.`,
  });
}

/**
 * Browsers open WebSockets for any page, without asking first; all that they tell is the page's origin. Pages may call
 * from their own host and from where CORS lets them.
 */
function isForeign({ headers }: IncomingMessage, cors: DoorParts['cors']): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (cors?.origins.includes('*') === true || isNamedOrigin(origin, cors)) return false;
  return URL.parse(origin)?.host !== host;
}

function codeOf(error: unknown) {
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

function refuse(socket: Duplex, thrown: unknown, requestId: string): void {
  const error = thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL', {}, thrown);
  const { status } = ERRORS[error.code];
  const { retryAfterMs } = error.facts;
  const body = JSON.stringify({ errors: [shapeGatewayError(error, requestId)] });
  // Whoever does not hang up then is hung up on: the server leaves such a connection half open.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'content-type: application/json; charset=utf-8',
      `x-request-id: ${requestId}`,
      ...(retryAfterMs === undefined ? [] : [`retry-after: ${Math.ceil(retryAfterMs / 1000)}`]),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
