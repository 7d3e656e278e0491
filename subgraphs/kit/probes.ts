/**
 * What a subgraph says of itself without a proof: that it runs, and whether it can answer. Why not is for the log.
 */

import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';

import type { Stopping } from '../../schema/contract/stop-serving.ts';
import type { Database } from './database.ts';

export function addProbes(server: FastifyInstance, database: Database, stopping: Stopping): void {
  server.get('/live', async () => ({ status: 'live' }));
  server.get('/ready', async (_request, reply) => {
    if (stopping.stage !== 'serving') return reply.code(503).send({ status: 'stopping' });
    try {
      await sql`select 1`.execute(database);
      return { status: 'ready' };
    } catch {
      // Why is for the log of the statement that failed; a probe that needs no proof tells nothing more.
      return reply.code(503).send({ status: 'not ready' });
    }
  });
}
