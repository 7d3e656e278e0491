/**
 * The queues in which a system's events wait for their subscribers, and the tables of pg-boss that hold them. The
 * owner of the database makes them; whoever runs later needs no right to make anything. Knows no delivery.
 */

import { PgBoss, type ConstructorOptions, type Queue } from 'pg-boss';
import pg from 'pg';

import { subscribersOf } from '../../../schema/contract/events.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import { openImpatientSocket } from '../impatient-socket.ts';

const SCHEMA = 'pgboss';
const SECONDS_PER_DAY = 86_400;

/** Where a delivery goes that was given up; from there it becomes a dead letter. */
export const GIVEN_UP = 'given-up';

export interface RetrySchedule {
  /** Doubles each time, with some jitter, up to the longest. */
  readonly firstDelayS: number;
  readonly longestDelayS: number;
  readonly retries: number;
}

/**
 * 2 s, 4 s … 15 min, then every 15 min: the delays come to a little over three days. Jitter takes up to half of each
 * of the first ones only.
 */
export const RETRY_SCHEDULE: RetrySchedule = { firstDelayS: 2, longestDelayS: 900, retries: 300 };

/** A delivery that nobody finished in that time is tried again: longer than a batch can take. */
const EXPIRES_AFTER_S = 180;

export function queueOf(subscriber: SystemName): string {
  return `to-${subscriber}`;
}

function queuesOf(system: SystemName): readonly Queue[] {
  const kept = { retentionSeconds: 90 * SECONDS_PER_DAY, deleteAfterSeconds: SECONDS_PER_DAY };
  const deliveries = subscribersOf(system).map((subscriber) => ({
    name: queueOf(subscriber),
    policy: 'standard',
    deadLetter: GIVEN_UP,
    expireInSeconds: EXPIRES_AFTER_S,
    ...kept,
  }));
  return [{ name: GIVEN_UP, policy: 'standard', retryLimit: 1_000, retryDelay: 5, ...kept }, ...deliveries];
}

/** pg-boss without what needs a right to make tables, or a clock that makes jobs. */
export function bossOptions(
  database: Pick<ConstructorOptions, 'connectionString' | 'max'>,
  mostSilentMs?: number,
): ConstructorOptions {
  // It hands this on to its pool, and does not say so: two connections that fall silent would end all deliveries.
  const pool = { stream: () => openImpatientSocket(mostSilentMs) };
  return {
    ...pool,
    ...database,
    schema: SCHEMA,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    persistQueueStats: false,
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 30,
  };
}

/** Brings pg-boss's tables up to date and makes the queues, as the owner of the database; safe to run again. */
export async function provideEventQueues(ownerUrl: string, system: SystemName): Promise<void> {
  const options = {
    ...bossOptions({ connectionString: ownerUrl, max: 2 }),
    migrate: true,
    createSchema: true,
  };
  const boss = new PgBoss({ ...options, supervise: false });
  // Without a listener, node would end the process; what fails here is thrown as well.
  boss.on('error', () => undefined);
  await boss.start();
  try {
    for (const { name, ...queue } of queuesOf(system)) {
      await boss.createQueue(name, queue);
      const { policy, ...changeable } = queue;
      await boss.updateQueue(name, changeable);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  await grantQueues(ownerUrl, system);
}

/**
 * To the worker the rows of its own system's queues, and nothing that makes or drops a table; to the subgraph nothing,
 * also where it once had something.
 */
async function grantQueues(ownerUrl: string, system: SystemName): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const [runtime, worker] = [`${system}_runtime`, `${system}_worker`].map((role) =>
      pg.escapeIdentifier(role),
    );
    await client.query(`
      revoke all on all tables in schema ${SCHEMA} from ${runtime};
      revoke all on schema ${SCHEMA} from ${runtime};
      grant usage on schema ${SCHEMA} to ${worker};
      grant select on all tables in schema ${SCHEMA} to ${worker};
      grant insert, update, delete on ${SCHEMA}.job, ${SCHEMA}.job_common, ${SCHEMA}.instance to ${worker};
      grant update on ${SCHEMA}.queue, ${SCHEMA}.version to ${worker};
      grant insert, delete on ${SCHEMA}.warning to ${worker};
      grant delete on ${SCHEMA}.job_dependency to ${worker}`);
  } finally {
    await client.end();
  }
}
