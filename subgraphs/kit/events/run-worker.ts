/**
 * The life of a system's worker process: it takes the lead, hands the outbox to the queues, delivers, looks after what
 * is left over, and stops on request. Killed at any moment it loses nothing. Knows no system.
 */

import { PgBoss } from 'pg-boss';
import { pino, type Logger } from 'pino';

import type { SystemName } from '../../../schema/ownership.ts';
import { openDatabase, type Database } from '../database.ts';
import { countEvents } from './count-events.ts';
import { retryNow, startDelivery } from './delivery.ts';
import { bossOptions, RETRY_SCHEDULE } from './event-queues.ts';
import { renderMetrics } from './event-metrics.ts';
import { emptyOutbox } from './relay-outbox.ts';
import { runWhenAsked, type AskedWork } from './run-when-asked.ts';
import { sweepEvents } from './sweep-events.ts';
import { takeTheLead } from './take-the-lead.ts';
import { watchSubscribers } from './watch-subscribers.ts';
import { followWebhookSecrets } from './webhook-secrets.ts';
import { serveProbes } from './worker-probes.ts';
import { readWorkerSettings, type WorkerSettings } from './worker-settings.ts';

const OUTBOX_AT_LEAST_EVERY_MS = 2_000;
const STANDBY_TRIES_EVERY_MS = 1_000;
const LOOKS_FOR_THE_LOST_EVERY_MS = 1_000;
const DELIVERY_TIMEOUT_MS = 10_000;
const ALARM_EVERY_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 3_600_000;
const STOPS_WITHIN_MS = 8_000;

/** Ends the process with exit code 1 and one clear message when it cannot start. */
export async function runWorker(system: SystemName): Promise<void> {
  const stop = listenForStop();
  try {
    const settings = readWorkerSettings(system, process.env);
    const log = pino({ name: `${system}-worker`, level: settings.logLevel });
    const code = await work({ system, settings, log, stop });
    process.exit(code);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

interface Worker {
  readonly system: SystemName;
  readonly settings: WorkerSettings;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

/** Gives the exit code when it was stopped, or when another may lead. */
async function work(worker: Worker): Promise<number> {
  const { system, settings, log, stop } = worker;
  const database = openDatabase({
    url: settings.databaseUrl,
    applicationName: `tributary-${system}-worker`,
    maxConnections: 3,
    onIdleError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  let role: 'leader' | 'standby' = 'standby';
  const count = () => countEvents(database);
  const metrics = async () => renderMetrics(await count());
  const probes = await serveProbes({ ...settings, role: () => role, count, metrics });
  log.info({ url: probes.url }, 'the worker answers');
  process.send?.({ kind: 'listening', url: probes.url });
  let onNotice = () => {};
  const { databaseUrl } = settings;
  const tries = { betweenTriesMs: STANDBY_TRIES_EVERY_MS, onNotice: () => onNotice(), stop };
  const lead = await takeTheLead({ databaseUrl, ...tries });
  if (lead === undefined) return 0;
  role = 'leader';
  const delivering = await startToDeliver(worker, database);
  onNotice = delivering.onNotice;
  log.info('the worker delivers');
  const lost = await Promise.race([lead.lost, whenAborted(stop)]);
  if (lost !== undefined) {
    // At once: another may deliver from now on, and whoever started this one starts it again.
    log.error({ because: lost }, 'the worker has lost the lead');
    return 1;
  }
  log.info('the worker stops');
  await delivering.stop();
  await lead.release();
  await probes.stop();
  await database.destroy();
  return 0;
}

interface Delivering {
  readonly onNotice: () => void;
  readonly stop: () => Promise<void>;
}

async function startToDeliver({ system, settings, log }: Worker, database: Database): Promise<Delivering> {
  const { databaseUrl, eventKeysFile, urlOf } = settings;
  const secrets = followWebhookSecrets(eventKeysFile, system, log);
  const boss = new PgBoss({ ...bossOptions({ connectionString: databaseUrl, max: 4 }) });
  boss.on('error', (error) => log.error({ err: error }, 'the queues have a problem'));
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
      for (const subscriber of await emptyOutbox(database, boss, RETRY_SCHEDULE)) deliveries.wake(subscriber);
    },
    onProblem: (error) => log.error({ err: error }, 'the outbox could not be emptied'),
    atLeastEveryMs: OUTBOX_AT_LEAST_EVERY_MS,
  });
  const chores = startChores(database, log);
  return {
    onNotice: relay.ask,
    stop: async () => {
      watch.stop();
      await Promise.all([relay, ...chores].map((each) => each.stop()));
      await boss.stop({ graceful: true, timeout: STOPS_WITHIN_MS });
    },
  };
}

function startChores(database: Database, log: Logger): readonly AskedWork[] {
  const alarm = async () => {
    const dead = (await countEvents(database)).deliveries.filter((counts) => counts.dead > 0);
    for (const counts of dead) log.error(counts, 'dead letters wait for a decision');
  };
  const onProblem = (error: unknown) => log.warn({ err: error }, 'a chore could not be done');
  return [
    runWhenAsked({ work: alarm, onProblem, atLeastEveryMs: ALARM_EVERY_MS }),
    runWhenAsked({ work: () => sweepEvents(database), onProblem, atLeastEveryMs: SWEEP_EVERY_MS }),
  ];
}

function listenForStop(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort());
  process.once('disconnect', () => controller.abort());
  return controller.signal;
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
