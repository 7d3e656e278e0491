/**
 * A way to a PostgreSQL server that can fall silent: connections stay, and nobody hears anything on them any more. Knows
 * no table.
 */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentDatabase {
  /** As the url given, but through here. */
  readonly url: string;
  /** From now on, for good. */
  readonly fallSilent: () => void;
  readonly stop: () => Promise<void>;
}

export async function serveSilent(databaseUrl: string): Promise<SilentDatabase> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const database = connect(Number(target.port), target.hostname);
    const join = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => {
        if (!isSilent) to.write(chunk);
      });
      from.on('close', () => {
        if (!isSilent) to.destroy();
      });
    };
    join(client, database);
    join(database, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  // Reason for the cast: it listens on a port.
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    fallSilent: () => void (isSilent = true),
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
