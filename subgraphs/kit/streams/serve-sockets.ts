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
  const { path, log } = options;
  const door = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LARGEST_SOCKET_MESSAGE_BYTES,
    // What is small is not worth it, and what grows when it is unpacked is a danger.
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  const sessions = new Map<SocketSession, Promise<void>>();
  let unproven = 0;
  let isEnding = false;

  const admit = (socket: WebSocket) => {
    unproven++;
    let isCounted = true;
    const discount = () => {
      if (isCounted) unproven--;
      isCounted = false;
    };
    const session = new SocketSession(socket, {
      log,
      times: options.times ?? {},
      open: options.open,
      prove: (message) => prove(options, message),
      onProven: discount,
    });
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => {
        discount();
        sessions.delete(session);
        resolve();
      });
    });
    sessions.set(session, closed);
  };

  server.server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on('error', () => connection.destroy());
    if (request.url !== path || !speaks(request)) return refuse(connection, '400 Bad Request');
    if (isEnding || unproven >= MOST_UNPROVEN) return refuse(connection, '503 Service Unavailable');
    door.handleUpgrade(request, connection, head, admit);
  });

  return {
    end: async (streamsEnded, withinMs) => {
      isEnding = true;
      for (const session of sessions.keys()) session.prepareRestart();
      await streamsEnded;
      for (const session of sessions.keys()) session.restart();
      const timer = setTimeout(() => [...sessions.keys()].forEach((each) => each.terminate()), withinMs);
      await Promise.all(sessions.values());
      clearTimeout(timer);
    },
  };
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
