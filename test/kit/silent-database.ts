/**
 * A way to a PostgreSQL server that can fall silent: connections stay, and nobody hears anything on them any more. Knows
 * no table.
 */

import type { Socket } from 'node:net';

import { serveDetour, type DatabaseDetour } from './database-detour.ts';

export interface SilentDatabase extends DatabaseDetour {
  /** From now on, for good. */
  readonly fallSilent: () => void;
}

export async function serveSilent(databaseUrl: string): Promise<SilentDatabase> {
  let isSilent = false;
  const passOn = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      if (!isSilent) to.write(chunk);
    });
    from.on('close', () => {
      if (!isSilent) to.destroy();
    });
  };
  const detour = await serveDetour(
    databaseUrl,
    (client, database) => {
      passOn(client, database);
      passOn(database, client);
    },
    { allowHalfOpen: true },
  );
  return { ...detour, fallSilent: () => void (isSilent = true) };
}
