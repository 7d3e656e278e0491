/**
 * A way to a PostgreSQL server on which the news of a commit can be held back for ever: whoever asked has had the effect
 * and cannot know. Knows no table.
 */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CommitBlindDatabase {
  /** As the url given, but through here. */
  readonly url: string;
  /** From now on nobody hears of a commit; resolves when the server has made one. */
  readonly loseNextCommit: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The tag of CommandComplete (PostgreSQL, section 54.7), as the server sends it. */
const COMMITTED = Buffer.from('COMMIT\0');

export async function serveCommitBlind(databaseUrl: string): Promise<CommitBlindDatabase> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let onCommit: (() => void) | undefined;
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(database);
    database.on('data', (chunk) => {
      if (onCommit !== undefined && chunk.includes(COMMITTED)) onCommit();
      else client.write(chunk);
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  // Reason for the cast: it listens on a port.
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseNextCommit: () => new Promise((resolve) => (onCommit = resolve)),
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
