/**
 * The door for WebSockets beside `POST /graphql`: lets in who speaks the subprotocol at the path, bounds those who have
 * not proven themselves, and has each subscription prove who asks, as a call would. Knows no message of the protocol.
 */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { FastifyInstance } from 'fastify';
import type { SubscribeMessage } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';

import {
  bodyOfSubscription,
  LARGEST_SOCKET_MESSAGE_BYTES,
  SOCKET_PROTOCOL,
} from '../../../schema/contract/event-streams.ts';
import type { CallerRequest, CallerVerdict } from '../verify-caller.ts';
import { SocketSession, type SessionOptions, type SocketTimes } from './socket-session.ts';

export interface SocketsOptions {
  readonly path: string;
  readonly log: Logger;
  readonly checkCaller: (request: CallerRequest) => Promise<CallerVerdict>;
  readonly open: SessionOptions['open'];
  readonly times?: SocketTimes | undefined;
}

export interface ServedSockets {
  /** When the streams have said what they had to say, tells all to come back; cuts off who has not gone by then. */
  readonly end: (streamsEnded: Promise<void>, withinMs: number) => Promise<void>;
}

/** More than a fleet of gateways opens at one moment. */
const MOST_UNPROVEN = 200;

const callerProof = z.object({
  authorization: z.string(),
  'content-digest': z.string(),
  'signature-input': z.string(),
  signature: z.string(),
  requestId: z.string().max(200).default(''),
});

export function serveSockets(server: FastifyInstance, options: SocketsOptions): ServedSockets {
  const sockets = new OpenSockets(options);
  const door = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_SOCKET_MESSAGE_BYTES,
    // What is small is not worth it, and what grows when it is unpacked is a danger.
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  server.server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on('error', () => connection.destroy());
    if (request.url !== options.path || !speaks(request)) refuse(connection, '400 Bad Request');
    else if (sockets.isFull()) refuse(connection, '503 Service Unavailable');
    else door.handleUpgrade(request, connection, head, (socket) => sockets.admit(socket));
  });
  return sockets;
}

class OpenSockets implements ServedSockets {
  private readonly options: SocketsOptions;
  /** With what resolves when it is closed. */
  private readonly sessions = new Map<SocketSession, Promise<void>>();
  private readonly unproven = new Set<WebSocket>();
  private isEnding = false;

  constructor(options: SocketsOptions) {
    this.options = options;
  }

  isFull(): boolean {
    return this.isEnding || this.unproven.size >= MOST_UNPROVEN;
  }

  admit(socket: WebSocket): void {
    this.unproven.add(socket);
    const { log, open, times = {} } = this.options;
    const session = new SocketSession(socket, {
      log,
      times,
      open,
      prove: (message) => prove(this.options, message),
      onProven: () => this.unproven.delete(socket),
    });
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => {
        this.unproven.delete(socket);
        this.sessions.delete(session);
        resolve();
      });
    });
    this.sessions.set(session, closed);
  }

  async end(streamsEnded: Promise<void>, withinMs: number): Promise<void> {
    this.isEnding = true;
    for (const session of this.sessions.keys()) session.prepareRestart();
    await streamsEnded;
    for (const session of this.sessions.keys()) session.restart();
    const cutOff = () => {
      for (const session of this.sessions.keys()) session.terminate();
    };
    const timer = setTimeout(cutOff, withinMs);
    await Promise.all(this.sessions.values());
    clearTimeout(timer);
  }
}

function speaks({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  return headers.upgrade?.toLowerCase() === 'websocket' && offered.includes(SOCKET_PROTOCOL);
}

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
    connection.destroy(),
  );
}

async function prove(
  { path, log, checkCaller }: SocketsOptions,
  { payload: { query, variables, extensions } }: SubscribeMessage,
): ReturnType<SessionOptions['prove']> {
  const proof = callerProof.safeParse(extensions?.['callerProof']);
  const body = bodyOfSubscription(query, variables);
  const verdict = proof.success
    ? await checkCaller({ method: 'POST', path, headers: proof.data, body })
    : { kind: 'refused' as const, because: 'the subscription has no caller proof' };
  if (verdict.kind === 'proven')
    return { principal: verdict.principal, requestId: proof.data?.requestId ?? '' };
  log.warn({ because: verdict.because }, 'a caller was refused');
  return undefined;
}
