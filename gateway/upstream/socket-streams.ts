/**
 * Event streams of one subgraph over WebSocket (graphql-transport-ws): all on one socket, which is opened when the
 * first is and closed with the last; each subscription carries its own proof. Knows no GraphQL.
 */

import type { buildConnector } from 'undici';

import type { StreamTransport, TransportTarget } from './event-stream.ts';
import { ExchangeFailure } from './exchange.ts';
import { openSocket, type SharedSocket } from './shared-socket.ts';

export function createSocketStreams(
  target: TransportTarget,
  connect: buildConnector.connector | undefined,
): StreamTransport {
  let current: Promise<SharedSocket> | undefined;
  const connected = (timeoutMs: number) => {
    const made = openSocket({ target, connect, timeoutMs, onEnd: () => forget(made) });
    made.catch(() => forget(made));
    return made;
  };
  const forget = (made: Promise<SharedSocket>) => {
    if (current === made) current = undefined;
  };
  return {
    async open(request, listener) {
      try {
        const socket = await (current ??= connected(request.timeoutMs));
        return await socket.subscribe(request, listener);
      } catch (error) {
        return error instanceof ExchangeFailure ? error : new ExchangeFailure('broken', false, error);
      }
    },
    async close() {
      const socket = await current?.catch(() => undefined);
      socket?.close();
    },
  };
}
