/**
 * TLS of a server: its certificate, who may connect, and new certificates without a restart. Both sides serve by these
 * rules, so that a reviewer reads them once. Knows no HTTP and no option's name.
 */

import { readFileSync } from 'node:fs';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer, type Server as TlsServer } from 'node:https';
import { createSecureContext, type TLSSocket } from 'node:tls';

import { followFiles, type Followed } from './follow-files.ts';
import { readAuthorities } from './read-authorities.ts';

export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

export interface TlsFiles {
  /** PEM, the chain included. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Whoever connects must hold a certificate of one of these authorities. */
  readonly clientCaFile?: string | undefined;
  /** DNS names, one of which that certificate must bear; empty allows every name. */
  readonly clientNames: readonly string[];
  readonly minVersion: (typeof TLS_VERSIONS)[number];
}

/** What the log is told; `because` is a code or a sentence of ours, never text from a certificate. */
export type TlsNews =
  | { readonly kind: 'certificates taken over' }
  | { readonly kind: 'certificates refused'; readonly because: string }
  | { readonly kind: 'connection refused'; readonly because: string };

/** How long a client may take to send a request, and how long a connection waits for the next one. */
export interface ServerTimeouts {
  readonly requestTimeout?: number;
  readonly keepAliveTimeout?: number;
  /** Node's own for a server, over these. */
  readonly http?: ServerOptions;
}

/** Makes servers, so that one which listens on several addresses guards each of them. */
export type TlsServerFactory = (listener: RequestListener, timeouts: ServerTimeouts) => Server;

/** Throws where the files cannot be used at the start. What changes later holds for new connections. */
export function serveTls(files: TlsFiles, onNews: (news: TlsNews) => void): TlsServerFactory {
  const { certFile, keyFile, clientCaFile, minVersion } = files;
  const followed = followFiles({
    files: [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])],
    read: () => readContext(files),
    onChange: (problem) =>
      onNews(
        problem === undefined
          ? { kind: 'certificates taken over' }
          : { kind: 'certificates refused', because: tlsProblemOf(problem) },
      ),
    nowMs: () => performance.now(),
  });
  const demandsClient = clientCaFile !== undefined;
  const demands = { minVersion, requestCert: demandsClient, rejectUnauthorized: demandsClient };
  return (listener, { requestTimeout, keepAliveTimeout, http }) => {
    const options = { ...followed.current(), ...demands, requestTimeout, keepAliveTimeout, ...http };
    const server = createServer(options, listener);
    followCertificates(server, followed, minVersion);
    server.on('tlsClientError', (error) =>
      onNews({ kind: 'connection refused', because: tlsProblemOf(error) }),
    );
    if (demandsClient && files.clientNames.length > 0) demandNames(server, files.clientNames, onNews);
    return server;
  };
}

function followCertificates(
  server: TlsServer,
  followed: Followed<Certificates>,
  minVersion: TlsFiles['minVersion'],
): void {
  let used = followed.current();
  // Before the listener that shakes hands, so that already this connection sees what changed.
  server.prependListener('connection', () => {
    const current = followed.current();
    if (current === used) return;
    used = current;
    server.setSecureContext({ ...current, minVersion });
  });
}

function demandNames(server: TlsServer, names: readonly string[], onNews: (news: TlsNews) => void): void {
  server.on('secureConnection', (socket) => {
    if (hasName(socket, names)) return;
    onNews({ kind: 'connection refused', because: 'the client certificate bears another name' });
    socket.destroy();
  });
}

/** A code, or a sentence without data: OpenSSL's own sentences may quote what it was given. */
export function tlsProblemOf(problem: unknown): string {
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
  if (typeof code !== 'string') return 'the certificate and its key cannot be used';
  // Only where it is the name of a file that cannot be read: that says which of them to mend.
  const file = problem instanceof Error && 'path' in problem ? ` at ${String(problem.path)}` : '';
  return `${code}${file}`;
}

interface Certificates {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

function readContext({ certFile, keyFile, clientCaFile, minVersion }: TlsFiles): Certificates {
  const context = {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ...(clientCaFile === undefined ? {} : { ca: readAuthorities(clientCaFile) }),
  };
  // Throws now, and not at the next handshake, where key and certificate do not belong together.
  createSecureContext({ ...context, minVersion });
  return context;
}

/** As a name is checked for a server (RFC 6125), without wildcards and without the old common name. */
function hasName(socket: TLSSocket, names: readonly string[]): boolean {
  const certificate = socket.getPeerX509Certificate();
  return names.some(
    (name) => certificate?.checkHost(name, { subject: 'never', wildcards: false }) !== undefined,
  );
}
