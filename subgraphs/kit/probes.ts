/**
 * What a subgraph says of itself without a proof: that it runs, and whether it can answer. Why not is in the log.
 */

import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Logger } from 'pino';

import type { Stopping } from '../../schema/contract/stop-serving.ts';
import type { Database } from './database.ts';
import { tellingWhy } from './telling-why.ts';

export function addProbes(
  server: FastifyInstance,
  { database, log }: { readonly database: Database; readonly log: Logger },
  stopping: Stopping,
): void {
  const ask = tellingWhy(() => sql`select 1`.execute(database), log);
  server.get('/live', async () => ({ status: 'live' }));
  server.get('/ready', async (_request, reply) => {
    if (stopping.stage !== 'serving') return reply.code(503).send({ status: 'stopping' });
    try {
      await ask();
      return { status: 'ready' };
    } catch {
      // A probe that needs no proof tells nothing more.
      return reply.code(503).send({ status: 'not ready' });
    }
  });
}
