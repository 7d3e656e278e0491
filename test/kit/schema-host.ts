/**
 * A host of supergraphs on loopback, over HTTP or HTTPS: gives what the test puts there, by ETag where it is asked for
 * that, and remembers who asked. Knows no SDL.
 */

import { createHash } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';

import type { IssuedCertificate } from './certificates.ts';
import { lastingPort } from './lasting-port.ts';

export type Page = string | Buffer | RequestListener;

export interface SchemaHost {
  /** Such as `127.0.0.1:4321`. */
  readonly host: string;
  readonly url: string;
  readonly asked: readonly IncomingMessage[];
  /** How many of them were answered 304. */
  unmodified(): number;
  /** What is at a path from now on; undefined: nothing. */
  put(path: string, page: Page | undefined): void;
  /** Nothing listens any more; what was put stays. */
  stop(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
}

export async function startSchemaHost(tls?: IssuedCertificate): Promise<SchemaHost> {
  const pages = new Map<string, Page>();
  const asked: IncomingMessage[] = [];
  let unmodified = 0;
  const listener: RequestListener = (request, response) => {
    asked.push(request);
    const page = pages.get(new URL(request.url ?? '', 'http://host').pathname);
    if (page === undefined) {
      response.writeHead(404).end('canary of a body');
      return;
    }
    if (typeof page === 'function') {
      page(request, response);
      return;
    }
    const etag = `"${createHash('sha256').update(page).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) {
      unmodified += 1;
      response.writeHead(304, { etag }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', etag }).end(page);
  };
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  const listen = (port: number) =>
    new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const port = await lastingPort();
  await listen(port);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    asked,
    unmodified: () => unmodified,
    put(path, page) {
      if (page === undefined) pages.delete(path);
      else pages.set(path, page);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    start: () => listen(port),
  };
}
