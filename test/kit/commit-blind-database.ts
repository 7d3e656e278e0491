/**
 * A way to a PostgreSQL server on which the news of a commit can be held back for ever: whoever asked has had the effect
 * and cannot know. Knows no table.
 */

import { serveDetour, type DatabaseDetour } from './database-detour.ts';

export interface CommitBlindDatabase extends DatabaseDetour {
  /** From now on nobody hears of a commit; resolves when the server has made one. */
  readonly loseNextCommit: () => Promise<void>;
}

/** The tag of CommandComplete (PostgreSQL, section 54.7), as the server sends it. */
const COMMITTED = Buffer.from('COMMIT\0');

export async function serveCommitBlind(databaseUrl: string): Promise<CommitBlindDatabase> {
  let onCommit: (() => void) | undefined;
  const detour = await serveDetour(databaseUrl, (client, database) => {
    client.pipe(database);
    database.on('data', (chunk) => {
      if (onCommit !== undefined && chunk.includes(COMMITTED)) onCommit();
      else client.write(chunk);
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  return { ...detour, loseNextCommit: () => new Promise((resolve) => (onCommit = resolve)) };
}
