/**
 * Event streams of subgraphs that keep to GraphQL over SSE in ways that others do not.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createSseStreams } from '../../../../gateway/upstream/sse-streams.ts';

const COMPLETE = { end: 'complete' };

test.each([
  ['without a name', 'data: {"data":1}\n\ndata: {"data":2}\n\nevent: complete\n\n'],
  [
    'without a name, with signs of life',
    'id: 1\ndata:{"data":1}\n\ndata:\n\n:\n\ndata:{"data":2}\n\nevent:complete\n\n',
  ],
  [
    'with names',
    'event: next\ndata: {"data":1}\n\nevent: next\ndata: {"data":2}\n\nevent: complete\ndata: {}\n\n',
  ],
  [
    'between those of others',
    'event: ping\ndata: {}\n\ndata: {"data":1}\n\nevent: next\ndata: {"data":2}\n\nevent: complete\n\n',
  ],
])('results are told that come %s', async (_how, stream) => {
  expect(await toldBy(stream)).toEqual([{ data: 1 }, { data: 2 }, COMPLETE]);
});

/** What a listener hears of a stream, in order. */
async function toldBy(stream: string): Promise<readonly unknown[]> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  const target = { url: `http://127.0.0.1:${port}/`, maxEventBytes: 1_000, maxSilenceMs: 60_000 };
  const streams = createSseStreams(target, undefined);
  const told: unknown[] = [];
  const signal = new AbortController().signal;
  const request = {
    requestId: 'r',
    body: '{"query":"subscription{a}"}',
    proof: {},
    timeoutMs: 10_000,
    signal,
  };
  await new Promise<void>((resolve) => {
    const onEnd = ({ kind }: { readonly kind: string }) => {
      told.push({ end: kind });
      resolve();
    };
    void streams.open(request, { onResult: (value) => void told.push(value), onEnd });
  });
  await streams.close();
  server.closeAllConnections();
  server.close();
  return told;
}
