/**
 * A way to a PostgreSQL server on which a test can meddle with what passes. Knows neither the protocol nor a table.
 */

import { connect, createServer, type AddressInfo, type ServerOpts, type Socket } from 'node:net';

export interface DatabaseDetour {
  /** As the url given, but through here. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** `join` passes on what one side sends to the other. */
export async function serveDetour(
  databaseUrl: string,
  join: (client: Socket, database: Socket) => void,
  options: ServerOpts = {},
): Promise<DatabaseDetour> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer(options, (client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    join(client, database);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  // Reason for the cast: it listens on a port.
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
