/**
 * All that a worker does while it leads: hands the outbox to the queues, delivers, asks after who cannot be reached,
 * says aloud what was given up, and sweeps. Knows no process.
 */

import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

import type { Followed } from '../../../schema/contract/follow-files.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import type { Database } from '../database.ts';
import type { ComparisonOptions } from './compare-copies.ts';
import { countEvents } from './count-events.ts';
import type { WebhookSender } from './deliver-event.ts';
import { retryNow, startDelivery, type Deliveries } from './delivery.ts';
import { bossOptions, type RetrySchedule } from './event-queues.ts';
import { workOffReconciliations } from './reconciliations.ts';
import { emptyOutbox } from './relay-outbox.ts';
import { runWhenAsked, type AskedWork } from './run-when-asked.ts';
import { sweepEvents } from './sweep-events.ts';
import type { Copy } from './system-events.ts';
import { watchSubscribers } from './watch-subscribers.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

const OUTBOX_AT_LEAST_EVERY_MS = 2_000;
const LOOKS_FOR_THE_LOST_EVERY_MS = 1_000;
const DELIVERY_TIMEOUT_MS = 10_000;
const ALARM_EVERY_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 3_600_000;
const LOOKS_FOR_LOST_DELIVERIES_EVERY_MS = 5_000;
const LOOKS_FOR_REQUESTS_EVERY_MS = 2_000;
/** 200 entities a page: a copy of 100,000 takes two minutes, and nobody notices. */
const GENTLY = { betweenPagesMs: 250, secondLookAfterMs: 5_000 };
/** Who has just started has better things to do than to look after copies. */
const QUIET_AT_FIRST_MS = 5 * 60_000;
const STOPS_WITHIN_MS = 8_000;

export interface Delivering {
  /** There may be something new in the outbox. */
  readonly onNotice: () => void;
  readonly stop: () => Promise<void>;
}

export interface DeliveringOptions {
  readonly system: SystemName;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly secrets: Followed<WebhookSecrets>;
  readonly urlOf: (system: SystemName) => string;
  readonly log: Logger;
  readonly schedule: RetrySchedule;
  readonly copies: readonly Copy[];
  readonly reconcileEveryMs: number;
  /** How gently copies are compared; the usual way if not given. */
  readonly pace?: Pick<ComparisonOptions, 'betweenPagesMs' | 'secondLookAfterMs'>;
}

/** The caller holds the lead. */
export async function startDelivering(options: DeliveringOptions): Promise<Delivering> {
  const { system, database, databaseUrl, secrets, urlOf, log, schedule } = options;
  const boss = new PgBoss(bossOptions({ connectionString: databaseUrl, max: 2 }));
  boss.on('error', (told) => log.error({ err: errorOf(told) }, 'the queues have a problem'));
  await boss.start();
  const onBack = (subscriber: SystemName) => {
    log.info({ subscriber }, 'a system can be reached again');
    const retried = retryNow(database, subscriber).then(() => deliveries.wake(subscriber));
    retried.catch((error: unknown) => log.warn({ err: error }, 'the next tries could not be hastened'));
  };
  const watch = watchSubscribers({ urlOf, onBack, betweenLooksMs: LOOKS_FOR_THE_LOST_EVERY_MS });
  const { onUnreachable } = watch;
  const sender = { system, secrets, urlOf, nowMs: Date.now, timeoutMs: DELIVERY_TIMEOUT_MS };
  const deliveries = await startDelivery({ boss, database, sender, log, onUnreachable });
  const relay = runWhenAsked({
    work: async () => {
      for (const subscriber of await emptyOutbox(database, boss, schedule)) deliveries.wake(subscriber);
    },
    onProblem: (error) => log.error({ err: error }, 'the outbox could not be emptied'),
    atLeastEveryMs: OUTBOX_AT_LEAST_EVERY_MS,
  });
  const chores = startChores(options, sender, deliveries);
  return {
    onNotice: relay.ask,
    stop: async () => {
      watch.stop();
      await Promise.all([relay, ...chores].map((each) => each.stop()));
      await boss.stop({ graceful: true, timeout: STOPS_WITHIN_MS });
    },
  };
}

/** The queues tell some failures as plain copies, of which the log would say nothing. */
function errorOf(told: object): Error {
  return told instanceof Error ? told : Object.assign(new Error(), told);
}

function startChores(
  { database, log, copies, reconcileEveryMs, pace = GENTLY }: DeliveringOptions,
  sender: WebhookSender,
  { takeBackLost }: Deliveries,
): readonly AskedWork[] {
  const startedAtMs = performance.now();
  const reconcile = async () => {
    const options = { database, sender, ...pace };
    const everyMs = performance.now() - startedAtMs > QUIET_AT_FIRST_MS ? reconcileEveryMs : undefined;
    for (const { compared, differences } of await workOffReconciliations(copies, options, everyMs))
      log[differences.length === 0 ? 'info' : 'warn'](
        { compared, differences: differences.length },
        'copies were compared with their owners',
      );
  };
  const alarm = async () => {
    const dead = (await countEvents(database)).deliveries.filter((counts) => counts.dead > 0);
    for (const counts of dead) log.error(counts, 'dead letters wait for a decision');
  };
  const onProblem = (error: unknown) => log.warn({ err: error }, 'a chore could not be done');
  return [
    runWhenAsked({ work: reconcile, onProblem, atLeastEveryMs: LOOKS_FOR_REQUESTS_EVERY_MS }),
    runWhenAsked({ work: takeBackLost, onProblem, atLeastEveryMs: LOOKS_FOR_LOST_DELIVERIES_EVERY_MS }),
    runWhenAsked({ work: alarm, onProblem, atLeastEveryMs: ALARM_EVERY_MS }),
    runWhenAsked({ work: () => sweepEvents(database), onProblem, atLeastEveryMs: SWEEP_EVERY_MS }),
  ];
}
