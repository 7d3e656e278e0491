/**
 * Streams over a WebSocket to a subgraph that keeps to graphql-transport-ws in ways that others do not.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';

import { isOpen } from '../../../../gateway/upstream/event-stream.ts';
import { createSocketStreams } from '../../../../gateway/upstream/socket-streams.ts';

test('a subgraph may ask for a sign of life before it acknowledges the connection', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const answers: Record<string, readonly string[]> = {
      connection_init: ['pong', 'ping'],
      pong: ['connection_ack'],
      ping: ['pong'],
    };
    socket.on('message', (data: Buffer) => {
      const { type }: { readonly type: string } = JSON.parse(data.toString());
      for (const answer of answers[type] ?? []) socket.send(JSON.stringify({ type: answer }));
    });
  });
  // A TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  const target = { url: `http://127.0.0.1:${port}/`, maxEventBytes: 1_000, maxSilenceMs: 60_000 };
  const streams = createSocketStreams(target, undefined);
  const request = { requestId: 'r', body: '{"query":"subscription{a}"}', proof: {}, timeoutMs: 10_000 };
  const listener = { onResult: () => undefined, onEnd: () => undefined };

  const made = await streams.open({ ...request, signal: new AbortController().signal }, listener);

  expect(isOpen(made)).toBe(true);
  if (isOpen(made)) made.close();
  await streams.close();
  server.close();
});
