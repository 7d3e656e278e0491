/**
 * What a worker tells whoever looks after it: whether it lives, whether it can work, and how many events wait, are
 * tried again or were given up. No row of data and no reason leaves here.
 */

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { EventStatus } from './count-events.ts';

export interface WorkerProbes {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  /** `standby`: another worker of the system delivers. */
  readonly role: () => 'leader' | 'standby';
  readonly count: () => Promise<EventStatus>;
  /** Lines in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

export async function serveProbes(options: ProbeOptions): Promise<WorkerProbes> {
  const server = createServer((request, response) => {
    answer(options, request.url ?? '', response).catch(() => send(response, 503, { status: 'not ready' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  return { url: urlOf(server, options.host), stop: () => closed(server) };
}

async function answer(
  { role, count, metrics }: ProbeOptions,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (path === '/live') send(response, 200, { status: 'live' });
  else if (path === '/ready') send(response, 200, { status: 'ready', role: role(), ...(await count()) });
  else if (path === '/metrics') {
    const text = await metrics();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(text);
  } else send(response, 404, { status: 'not here' });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function urlOf(server: Server, host: string): string {
  // Reason for the cast: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
