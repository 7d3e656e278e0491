/**
 * The way from an HTTP upgrade to a WebSocket: who may come in, and what the others are told. Knows no message.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

import { SOCKET_PROTOCOL } from '../../schema/contract/event-streams.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { requestIdOf } from '../request/request-id.ts';
import { describeError } from '../telemetry/create-logger.ts';
import { isNamedOrigin } from './allow-origins.ts';
import { withoutSlashBehind } from './graphql-path.ts';
import { headerValues } from './header-values.ts';
import { refuseTurn, type RefusedTurn } from './refuse-connection.ts';
import type { Visits } from './visits.ts';
import { WebSocketConnection, type SocketParts } from './websocket-connection.ts';

export interface DoorParts extends SocketParts {
  readonly path: string;
  readonly maxMessageBytes: number;
  readonly cors: Config['server']['cors'];
  readonly visits: Visits;
}

export function openWebSocketDoor(server: Server, parts: DoorParts): void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: parts.maxMessageBytes,
    // A compressed frame could hide what it unfolds to (CVE-2022-39386 and its kin).
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL,
  });
  sockets.on('wsClientError', ({ message }: Error, socket: Duplex, request: IncomingMessage) => {
    const isMethod = request.method !== 'GET';
    const error = new GatewayError(isMethod ? 'METHOD_NOT_ALLOWED' : 'BAD_REQUEST', {
      reason: `${message}.`,
    });
    refuse({ socket, request, error }, parts);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      if (pathOf(request) !== parts.path) throw new GatewayError('NOT_FOUND');
      const upgrade = {
        authorizations: headerValues(request.rawHeaders, 'authorization'),
        isForeign: isForeign(request, parts.cors),
        remoteAddress: request.socket.remoteAddress,
        headers: request.headers,
      };
      parts.live.holdConnections(upgrade);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        if (webSocket.protocol === SOCKET_PROTOCOL) new WebSocketConnection(webSocket, upgrade, parts);
        else turnAway(webSocket, request, parts.visits);
      });
    } catch (thrown) {
      const error = thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL', {}, thrown);
      if (error.code === 'INTERNAL')
        parts.log.error({ cause: describeError(thrown) }, 'request failed inside the gateway');
      refuse({ socket, request, error }, parts);
    }
  });
}

const NOT_ACCEPTABLE = [4406, 'Subprotocol not acceptable'] as const;
/** For an answer to the close. */
const CLOSING_MS = 2_000;

/** As the server of graphql-ws does it: by that code clients know that it is of no use to try again. */
function turnAway(socket: WebSocket, request: IncomingMessage, visits: Visits): void {
  // Whatever it sends, it is over.
  socket.on('error', () => socket.terminate());
  const cut = setTimeout(() => socket.terminate(), CLOSING_MS);
  socket.once('close', () => clearTimeout(cut));
  const requestId = requestIdOf(request.headers['x-request-id']);
  visits.refused({ requestId, status: 101, code: 'BAD_REQUEST', cause: 'subprotocol' }, REFUSED);
  socket.close(...NOT_ACCEPTABLE);
}

/**
 * Any other protocol that a client offers may be ignored (RFC 9110, section 7.8): curl and Java's own client offer
 * HTTP/2 so, with a request that is to be answered.
 */
export function asksForSocket({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return upgrade.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return withoutSlashBehind(url).split('?')[0];
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

const REFUSED = 'websocket refused';

type RefusedUpgrade = Pick<RefusedTurn, 'socket' | 'request' | 'error'>;

/** Whoever speaks another version learns which one is spoken here (RFC 6455, section 4.4). */
function refuse(upgrade: RefusedUpgrade, { visits }: DoorParts): void {
  refuseTurn({ ...upgrade, headers: { 'sec-websocket-version': '13' }, sentence: REFUSED }, visits);
}
