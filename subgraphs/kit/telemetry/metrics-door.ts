/**
 * The door behind which Prometheus reads: a port of its own, because the subgraph itself answers nobody but the
 * gateway. Closed unless it is asked for, and open to this machine alone unless it is said otherwise. Knows no metric.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Registry } from 'prom-client';

export interface MetricsDoor {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Rejects where the port is taken. */
export async function openMetricsDoor(
  registry: Registry,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsDoor> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (page) => response.writeHead(200, { 'content-type': registry.contentType }).end(page),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  // Reason for the cast: a server that listens on a port has such an address.
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
