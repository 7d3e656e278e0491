/**
 * Delivers what waits in a system's queues: batch by batch, each entity's events one after another. What a dead
 * predecessor had taken is tried again at once, what is given up becomes a dead letter. Knows no outbox.
 */

import { sql } from 'kysely';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

import { subscribersOf, type CompanyEvent } from '../../../schema/contract/events.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import type { Database } from '../database.ts';
import { addDeadLetter } from './dead-letters.ts';
import { deliverEvent, type DeliveryOutcome, type WebhookSender } from './deliver-event.ts';
import { GIVEN_UP, queueOf } from './event-queues.ts';

export interface Deliveries {
  /** Looks at once; without it a new event waits for the next look. */
  readonly wake: (subscriber: SystemName) => void;
  /** Makes due again what was begun here and has no end written down. */
  readonly takeBackLost: () => Promise<void>;
}

export interface DeliveryOptions {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly sender: WebhookSender;
  readonly log: Logger;
  /** Hears of who cannot be reached. */
  readonly onUnreachable: (subscriber: SystemName) => void;
}

type Job = JobWithMetadata<CompanyEvent>;

const BATCH = 16;
/** What is due to be tried again waits at most so long. */
const LOOK_EVERY_S = 1;
/** Far below the time after which the queue takes jobs for lost; what is not begun by then goes back. */
const LONGEST_BATCH_MS = 60_000;
/** Who has nothing more to do with a job has written down its end long before. */
const LOST_AFTER_S = 30;

/** The caller holds the lead: every job that is active belongs to a worker that is gone. */
export async function startDelivery(options: DeliveryOptions): Promise<Deliveries> {
  const { boss, database, sender, log } = options;
  await takeBack(database);
  const inHand = new Set<string>();
  const workers = new Map<SystemName, string>();
  for (const subscriber of subscribersOf(sender.system)) {
    const handle = (jobs: Job[]) => holding(inHand, jobs, () => deliverBatch(options, subscriber, jobs));
    const how = {
      includeMetadata: true,
      perJobResults: true,
      batchSize: BATCH,
      burstWhenBatchFull: true,
    } as const;
    const polling = { ...how, pollingIntervalSeconds: LOOK_EVERY_S };
    workers.set(
      subscriber,
      await boss.work<CompanyEvent, unknown, typeof polling>(queueOf(subscriber), polling, handle),
    );
  }
  const giveUp = { includeMetadata: true, batchSize: BATCH, pollingIntervalSeconds: LOOK_EVERY_S } as const;
  await boss.work<CompanyEvent, unknown, typeof giveUp>(GIVEN_UP, giveUp, (jobs) =>
    holding(inHand, jobs, () => bury(database, log, jobs)),
  );
  return {
    wake: (subscriber) => {
      const worker = workers.get(subscriber);
      if (worker !== undefined) boss.notifyWorker(worker);
    },
    takeBackLost: async () => {
      const count = await takeBackLost(database, inHand);
      if (count > 0) log.warn({ count }, 'deliveries whose end could not be written down are made again');
    },
  };
}

/** Makes everything due now that waits for its next try. */
export async function retryNow(database: Database, subscriber: SystemName): Promise<void> {
  await sql`
    update pgboss.job set start_after = now()
    where name = ${queueOf(subscriber)} and state = 'retry' and start_after > now()`.execute(database);
}

/** It may have been delivered; the receiver's inbox knows. */
async function takeBack(database: Database): Promise<void> {
  await sql`update pgboss.job set state = 'retry', start_after = now() where state = 'active'`.execute(
    database,
  );
}

/**
 * Where the end of a delivery could not be written down, the queue takes it for one that goes on. Nobody but us delivers,
 * so it is one that we do not have in hand. Gives how many there were.
 */
export async function takeBackLost(database: Database, inHand: ReadonlySet<string>): Promise<number> {
  const { rows } = await sql`
    update pgboss.job set state = 'retry', start_after = now()
    where state = 'active' and started_on < now() - make_interval(secs => ${LOST_AFTER_S})
      and not id = any(${[...inHand]}::uuid[]) returning id`.execute(database);
  return rows.length;
}

async function holding<Result>(
  inHand: Set<string>,
  jobs: readonly Job[],
  work: () => Promise<Result>,
): Promise<Result> {
  for (const { id } of jobs) inHand.add(id);
  try {
    return await work();
  } finally {
    for (const { id } of jobs) inHand.delete(id);
  }
}

async function deliverBatch(
  { sender, log, onUnreachable }: DeliveryOptions,
  subscriber: SystemName,
  jobs: readonly Job[],
): Promise<JobResult[]> {
  const endsAtMs = performance.now() + LONGEST_BATCH_MS;
  const byEntity = Map.groupBy(jobs, ({ data }) => data.entity.id);
  const results = [...byEntity.values()].map(async (ofEntity) => {
    const settled: JobResult[] = [];
    for (const job of ofEntity) {
      const outcome: DeliveryOutcome =
        performance.now() < endsAtMs
          ? await deliverEvent(sender, subscriber, job.data)
          : { kind: 'unreachable', because: 'the ones before it took too long' };
      if (outcome.kind === 'unreachable') onUnreachable(subscriber);
      tell(log, { subscriber, job, outcome });
      settled.push(resultOf(job, outcome));
    }
    return settled;
  });
  return (await Promise.all(results)).flat();
}

interface Attempt {
  readonly subscriber: SystemName;
  readonly job: Job;
  readonly outcome: DeliveryOutcome;
}

function tell(log: Logger, { subscriber, job, outcome }: Attempt): void {
  const { id, type } = job.data;
  const facts = { subscriber, event: id, type, attempt: job.retryCount + 1 };
  if (outcome.kind === 'delivered') log.debug(facts, 'an event was delivered');
  else if (outcome.kind === 'refused')
    log.warn({ ...facts, because: outcome.because }, 'an event was refused');
  else log.info({ ...facts, because: outcome.because }, 'an event could not be delivered yet');
}

function resultOf({ id }: Job, outcome: DeliveryOutcome): JobResult {
  switch (outcome.kind) {
    case 'delivered':
      return { id, status: 'completed' };
    case 'refused':
      return { id, status: 'deadletter', output: { because: outcome.because } };
    default:
      return { id, status: 'failed', output: { because: outcome.because } };
  }
}

async function bury(database: Database, log: Logger, jobs: readonly Job[]): Promise<void> {
  for (const { data: event, sourceName, sourceRetryCount, sourceOutput } of jobs) {
    const subscriber = sourceName?.replace('to-', '') ?? 'unknown';
    const because = becauseIn(sourceOutput);
    const attempts = (sourceRetryCount ?? 0) + 1;
    const isNew = await addDeadLetter(database, { subscriber, event, because, attempts });
    const facts = { subscriber, event: event.id, type: event.type, because, attempts };
    if (isNew) log.error(facts, 'an event became a dead letter');
  }
}

function becauseIn(output: object | null): string {
  const because = output !== null && 'because' in output ? output.because : undefined;
  return typeof because === 'string' ? because : 'nobody finished the delivery in time';
}
