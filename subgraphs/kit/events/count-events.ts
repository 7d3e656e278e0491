/**
 * How many of a system's events wait, are tried again or are given up, for each who is told; for probes, metrics and
 * the command. Reads only.
 */

import { sql } from 'kysely';

import type { Database } from '../database.ts';

export interface EventCounts {
  readonly subscriber: string;
  /** Not tried yet, or on their way this moment. */
  readonly waiting: number;
  /** Tried in vain at least once. */
  readonly retrying: number;
  /** Given up and not settled. */
  readonly dead: number;
}

export interface EventStatus {
  /** Said, and not handed to the queues yet. */
  readonly unrelayed: number;
  readonly deliveries: readonly EventCounts[];
}

/** One statement, so that what moves from the outbox to a queue meanwhile is counted once. */
export async function countEvents(database: Database): Promise<EventStatus> {
  const { rows } = await sql<EventCounts & { readonly unrelayed: number }>`
    with delivery as (
      select substr(name, 4) as subscriber,
        count(*) filter (where retry_count = 0 and state in ('created', 'active')) as waiting,
        count(*) filter (where retry_count > 0 or state = 'retry') as retrying, 0 as dead
      from pgboss.job where name like 'to-%' and state in ('created', 'retry', 'active') group by name
      union all
      select substr(name, 4), 0, 0, 0 from pgboss.queue where name like 'to-%'
      union all
      select subscriber, 0, 0, count(*) from dead_letter where settled_at is null group by subscriber
      union all
      select substr(source_name, 4), 0, 0, count(*) from pgboss.job
      where name = 'given-up' and state in ('created', 'retry', 'active') group by source_name
    )
    select subscriber, sum(waiting)::integer as waiting, sum(retrying)::integer as retrying,
      sum(dead)::integer as dead,
      (select count(*) from outbox where relayed_at is null)::integer as unrelayed
    from delivery where subscriber is not null group by subscriber order by subscriber`.execute(database);
  return {
    unrelayed: rows[0]?.unrelayed ?? 0,
    deliveries: rows.map(({ unrelayed, ...counts }) => counts),
  };
}
