/**
 * The HTTP server of a subgraph: over TLS where that is wanted, with bodies left as they came. Knows no route.
 */

import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import {
  serveTls,
  tlsProblemOf,
  type TlsFiles,
  type TlsNews,
  type TlsServerFactory,
} from '../../schema/contract/serve-tls.ts';

export interface HttpServerOptions {
  readonly host: string;
  readonly log: Logger;
  /** Undefined for plain HTTP. */
  readonly tls?: TlsFiles | undefined;
}

const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/** Without a route, not yet listening. Throws where the files of TLS cannot be used. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = options.log;
  const server = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    ...serverOf(options),
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
  });
  // The signature is over the bytes as they came, so the body stays text until the caller is proven.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  return server;
}

function serverOf({ tls, log }: HttpServerOptions): { readonly serverFactory?: TlsServerFactory } {
  if (tls === undefined) return {};
  const tell = ({ kind, ...facts }: TlsNews) =>
    kind === 'certificates taken over' ? log.info({ kind }, 'TLS') : log.warn({ kind, ...facts }, 'TLS');
  try {
    return { serverFactory: serveTls(tls, tell) };
  } catch (error) {
    throw new Error(`the files of TLS cannot be used (${tlsProblemOf(error)})`);
  }
}

/** Of the GraphQL route, once the server listens. */
export function urlOf(
  server: FastifyInstance,
  path: string,
  { host, tls }: Pick<HttpServerOptions, 'host' | 'tls'>,
): string {
  const address = server.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  const protocol = tls === undefined ? 'http' : 'https';
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${address.port}${path}`;
}
