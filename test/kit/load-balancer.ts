/**
 * A load balancer of a few lines: asks every backend again and again whether it is ready, hands each request to the
 * next one that is, and tries another one only where a connection was refused, so before anything was sent. Knows no
 * GraphQL.
 */

import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface LoadBalancer {
  readonly url: string;
  /** From now on these; addresses without a path. */
  readonly use: (backends: readonly string[]) => void;
  readonly stop: () => Promise<void>;
}

const PROBE_EVERY_MS = 50;

export async function startLoadBalancer(first: readonly string[]): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true });
  let ready = [...first];
  let backends = [...first];
  let turn = 0;
  let probe: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const looked = backends;
    const found = await Promise.all(looked.map((backend) => isReady(backend)));
    if (looked === backends) ready = looked.filter((_, index) => found[index]);
    probe = setTimeout(() => void look(), PROBE_EVERY_MS);
  }
  void look();

  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      turn += 1;
      const order = [...ready.slice(turn % ready.length), ...ready.slice(0, turn % ready.length)];
      forward({ incoming, outgoing, body, agent }, order);
    });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // Reason for the cast: a TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    use(given) {
      backends = [...given];
      ready = [...given];
    },
    async stop() {
      clearTimeout(probe);
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
  readonly agent: Agent;
}

function forward(exchange: Exchange, [backend, ...others]: readonly string[]): void {
  const { incoming, outgoing, body, agent } = exchange;
  if (backend === undefined) {
    outgoing.writeHead(503).end('nobody is ready');
    return;
  }
  const { method = 'GET', headers, url = '/' } = incoming;
  const { connection: _own, ...rest } = headers;
  const sent = request(new URL(url, backend), { method, agent, headers: rest }, (response) => {
    const { connection: _theirs, 'keep-alive': _hint, ...given } = response.headers;
    outgoing.writeHead(response.statusCode ?? 502, given);
    response.pipe(outgoing);
  });
  sent.once('error', (error) => {
    const isRefused = 'code' in error && error.code === 'ECONNREFUSED';
    if (isRefused) forward(exchange, others);
    else outgoing.writeHead(502).end(`${backend} failed: ${error.message}`);
  });
  sent.end(body);
}

async function isReady(backend: string): Promise<boolean> {
  const answer = await fetch(`${backend}/ready`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}
