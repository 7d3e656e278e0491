/**
 * A WebSocket to a subgraph as the gateway would hold it, frame by frame, so that a test can also send what no gateway
 * would. Waits with a limit and never sleeps. Knows no system.
 */

import { WebSocket } from 'ws';

import { bodyOfSubscription } from '../../schema/contract/event-streams.ts';
import { within } from './read-stream.ts';
import type { Answer, ProveCall, Proving } from './start-subgraph.ts';

export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: Answer;
}

export interface StreamSocket {
  /** Objects as JSON, anything else as it is. */
  readonly send: (message: object | string | Buffer) => void;
  /** The next message; pings of the protocol are left out where they are answered. Throws when it is closed. */
  readonly next: () => Promise<SocketMessage>;
  readonly closed: () => Promise<{ readonly code: number; readonly reason: string }>;
  /** Below the protocol: bytes that may be no frame. */
  readonly raw: () => NodeJS.WritableStream;
  readonly close: () => void;
}

interface SocketSetup {
  readonly protocol?: string;
  /** True if not given. */
  readonly answersPings?: boolean;
}

export async function openSocket(
  url: string,
  { protocol = 'graphql-transport-ws', answersPings = true }: SocketSetup = {},
): Promise<StreamSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocol);
  const messages: SocketMessage[] = [];
  let wake = (): void => undefined;
  let isClosed = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      isClosed = true;
      wake();
      resolve({ code, reason: String(reason) });
    });
  });
  socket.on('message', (data: Buffer) => {
    const message: SocketMessage = JSON.parse(data.toString());
    if (message.type === 'ping' && answersPings) {
      socket.send('{"type":"pong"}');
      return;
    }
    messages.push(message);
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const next = async (): Promise<SocketMessage> => {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      if (isClosed) throw new Error('the socket is closed');
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    send: (message) =>
      socket.send(
        typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      ),
    next: () => within(next()),
    closed: () => within(closed),
    // Reason for the cast: the library gives no other way to the connection below.
    raw: () => (socket as unknown as { _socket: NodeJS.WritableStream })._socket,
    close: () => socket.terminate(),
  };
}

/** After the `connection_init` was acknowledged. */
export async function openReadySocket(url: string, setup?: SocketSetup): Promise<StreamSocket> {
  const socket = await openSocket(url, setup);
  socket.send({ type: 'connection_init' });
  const { type } = await socket.next();
  if (type !== 'connection_ack') throw new Error(`the socket was greeted with ${type}`);
  return socket;
}

export interface SocketSubscription extends Proving {
  readonly id: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A `subscribe` message with its proof. */
export async function subscribeMessage(
  prove: ProveCall,
  { id, query, variables, ...proving }: SocketSubscription,
) {
  const proof = await prove(bodyOfSubscription(query, variables), proving);
  const callerProof = { ...proof, requestId: `test-${id}` };
  return { id, type: 'subscribe', payload: { query, variables, extensions: { callerProof } } };
}
