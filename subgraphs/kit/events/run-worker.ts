/**
 * The life of a system's worker process: it takes the lead, hands the outbox to the queues, delivers, looks after what
 * is left over, and stops on request. Killed at any moment it loses nothing. Knows no system.
 */

import { setTimeout as pause } from 'node:timers/promises';

import type { Logger } from 'pino';

import { stopOnSignals } from '../../../schema/contract/stop-on-signals.ts';
import { tellParent } from '../../../schema/contract/tell-parent.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import { openDatabase } from '../database.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import { tellingWhy } from '../telling-why.ts';
import { whyNotStarted } from '../why-not-started.ts';
import { countEvents } from './count-events.ts';
import { RETRY_SCHEDULE } from './event-queues.ts';
import { renderMetrics } from './event-metrics.ts';
import { readDrift } from './reconciliations.ts';
import { startDelivering } from './start-delivering.ts';
import type { SystemEvents } from './system-events.ts';
import { takeTheLead } from './take-the-lead.ts';
import { followWebhookSecrets } from './webhook-secrets.ts';
import { serveProbes } from './worker-probes.ts';
import { readWorkerSettings, type WorkerSettings } from './worker-settings.ts';

const STANDBY_TRIES_EVERY_MS = 1_000;
/** Deliveries may take eight of them; containers are killed after ten. */
const STOPS_WITHIN_MS = 9_000;

export interface WorkerDefinition {
  readonly system: SystemName;
  readonly events: SystemEvents;
}

/** Ends the process with exit code 1 and one clear message when it cannot start. */
export async function runWorker({ system, events }: WorkerDefinition): Promise<void> {
  const stop = listenForStop();
  try {
    const settings = readWorkerSettings(system, process.env);
    const log = createLogger({ name: `${system}-worker`, level: settings.logLevel });
    const worked = work({ system, events, settings, log, stop });
    process.exit(await Promise.race([worked, cutShort(stop.signal, log)]));
  } catch (error) {
    process.stderr.write(`${whyNotStarted(error)}\n`);
    process.exit(1);
  }
}

interface Worker extends WorkerDefinition {
  readonly settings: WorkerSettings;
  readonly log: Logger;
  readonly stop: Stop;
}

interface Stop {
  readonly signal: AbortSignal;
  readonly begin: () => void;
}

/** Gives the exit code when it was stopped, or when another may lead. */
async function work(worker: Worker): Promise<number> {
  const { system, events, settings, log, stop } = worker;
  const database = openDatabase({
    url: settings.databaseUrl,
    applicationName: `tributary-${system}-worker`,
    maxConnections: 2,
    onIdleError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  let role: 'leader' | 'standby' = 'standby';
  const count = tellingWhy(() => countEvents(database), log);
  const metrics = async () => renderMetrics(await count(), await readDrift(database));
  const probes = await serveProbes({ ...settings, role: () => role, count, metrics });
  log.info({ url: probes.url }, 'the worker answers');
  tellParent({ url: probes.url, onGone: stop.begin });
  const delivery: { onNotice?: () => void } = {};
  const { databaseUrl } = settings;
  const tries = {
    betweenTriesMs: STANDBY_TRIES_EVERY_MS,
    onNotice: () => delivery.onNotice?.(),
    onForeignLead: (foreigner: string) =>
      log.error({ role: foreigner }, 'another role has the lead, so nothing is delivered'),
    stop: stop.signal,
  };
  const lead = await takeTheLead({ databaseUrl, ...tries }).catch(databaseRefused(settings));
  if (lead === undefined) return 0;
  role = 'leader';
  const secrets = followWebhookSecrets(settings.eventKeysFile, system, log);
  const delivering = await startDelivering({
    ...settings,
    system,
    copies: events.copies ?? [],
    database,
    secrets,
    log,
    schedule: RETRY_SCHEDULE,
  }).catch(databaseRefused(settings));
  delivery.onNotice = delivering.onNotice;
  log.info('the worker delivers');
  const lost = await Promise.race([lead.lost, whenAborted(stop.signal)]);
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

/** What PostgreSQL says by itself does not tell whose database it is, nor that it is one. */
function databaseRefused({ databaseVariable }: WorkerSettings): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the database in ${databaseVariable} cannot be used: ${reason}`, {
      cause: error,
    });
  };
}

function listenForStop(): Stop {
  const controller = new AbortController();
  const begin = () => controller.abort();
  stopOnSignals(begin);
  return { signal: controller.signal, begin };
}

/** A database that says nothing lets go of nobody. What was begun is found by whoever leads next. */
async function cutShort(stop: AbortSignal, log: Logger): Promise<number> {
  await whenAborted(stop);
  await pause(STOPS_WITHIN_MS);
  log.error({ withinMs: STOPS_WITHIN_MS }, 'the worker could not stop in order');
  return 1;
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
