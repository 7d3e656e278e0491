/**
 * The life of a subgraph's process: read the environment, open the database, serve, say where, stop on request.
 * A parent process that started it over IPC hears the address and takes it along when it ends.
 */

import type { Logger } from 'pino';

import { stopOnSignals } from '../../schema/contract/stop-on-signals.ts';
import { tellParent } from '../../schema/contract/tell-parent.ts';
import type { SystemName } from '../../schema/ownership.ts';
import { followCallerKeys } from './caller-keys.ts';
import { openDatabase } from './database.ts';
import { openDecisionLog, type DecisionLog } from './decision-log.ts';
import { followWebhookSecrets } from './events/webhook-secrets.ts';
import { keepForgettingKeys } from './forget-keys.ts';
import { readPermissionsFile } from './read-permissions-file.ts';
import { serveSubgraph, type RunningSubgraph, type SubgraphServerOptions } from './serve-subgraph.ts';
import { readSettings, type SubgraphSettings } from './settings.ts';
import type { SubgraphDefinition } from './subgraph.ts';
import { ChangeFeed } from './streams/change-feed.ts';
import { createLogger } from './telemetry/create-logger.ts';
import { startWatching } from './telemetry/start-watching.ts';
import { createCallerCheck } from './verify-caller.ts';
import { whyNotStarted } from './why-not-started.ts';

/** Ends the process with exit code 1 and one clear message when it cannot start. */
export async function runSubgraph<Loaders>(definition: SubgraphDefinition<Loaders>): Promise<void> {
  try {
    const settings = readSettings(definition.name, process.env);
    const log = createLogger({ name: definition.name, level: settings.logLevel });
    const running = await start(definition, settings, log);
    const stop = stopOnRequest(running, log);
    // Only now: whoever hears of it may ask for the end at once.
    log.info({ url: running.url }, 'the subgraph answers');
    tellParent({ url: running.url, onGone: () => stop('the parent process ended') });
  } catch (error) {
    process.stderr.write(`${whyNotStarted(error)}\n`);
    process.exit(1);
  }
}

async function start<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  settings: SubgraphSettings,
  log: Logger,
): Promise<RunningSubgraph> {
  const keys = followCallerKeys(settings.callerKeys, definition.name, log);
  const { dryRunFile, decisionLogFile } = settings;
  const dryRunPermissions = dryRunFile === undefined ? undefined : await readPermissionsFile(dryRunFile);
  const decisionLog = decisionLogFile === undefined ? undefined : await openLog(decisionLogFile, log);
  const watching = await startWatching(definition.name, settings.metricsDoor, log);
  const { metrics } = watching.watch;
  const database = openDatabase({
    url: settings.databaseUrl,
    applicationName: `tributary-${definition.name}`,
    onIdleError: (error) => log.warn({ err: error }, 'a database connection broke'),
    onStatement: metrics?.ranStatement,
    onPool: metrics?.watchPool,
  });
  const changes = new ChangeFeed({
    databaseUrl: settings.databaseUrl,
    applicationName: `tributary-${definition.name}-changes`,
    log,
  });
  const running = await serveSubgraph(definition, {
    host: settings.host,
    port: settings.port,
    tls: settings.tls,
    stopping: settings.stopping,
    database,
    log,
    checkCaller: createCallerCheck(keys, definition.name, Date.now),
    dryRunPermissions,
    decisionLog,
    receiving: receivingOf(definition.name, settings, log),
    changes,
    streams: { mostStreams: settings.mostStreams },
    watch: watching.watch,
  });
  const forgetting = keepForgettingKeys(database, settings.idempotencyRetentionDays, log);
  const stop = async () => {
    const isInOrder = await running.stop();
    await Promise.all([forgetting.stop(), changes.stop()]);
    // The database would wait for what took too long, and what nobody hears of any more must not take effect: it ends
    // with its connection.
    await Promise.all([isInOrder ? database.destroy() : undefined, decisionLog?.close(), watching.stop()]);
    return isInOrder;
  };
  return { url: running.url, stop };
}

function openLog(file: string, log: Logger): Promise<DecisionLog> {
  return openDecisionLog({
    file,
    nowMs: Date.now,
    onProblem: (problem) => log.error({ err: problem }, 'the decision log could not be written'),
  });
}

function receivingOf(
  system: SystemName,
  { eventKeysFile, webhookToleranceMs }: SubgraphSettings,
  log: Logger,
): SubgraphServerOptions['receiving'] {
  if (eventKeysFile === undefined) {
    log.warn('EVENT_KEYS_FILE is not set, so no events of other systems are heard');
    return undefined;
  }
  const secrets = followWebhookSecrets(eventKeysFile, system, log);
  return { secrets, nowMs: Date.now, toleranceMs: webhookToleranceMs };
}

/** Gives what stops it for another reason. */
function stopOnRequest(running: RunningSubgraph, log: Logger): (because: string) => void {
  let isStopping = false;
  const stop = (because: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ because }, 'the subgraph stops');
    running.stop().then(
      (isInOrder) => {
        if (!isInOrder) log.error('requests that took too long to end were cut off');
        process.exit(isInOrder ? 0 : 1);
      },
      (error: unknown) => {
        log.error({ err: error }, 'the subgraph did not stop cleanly');
        process.exit(1);
      },
    );
  };
  stopOnSignals(stop);
  return stop;
}
