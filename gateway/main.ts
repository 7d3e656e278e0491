/**
 * The gateway as a process, or as several: options in, an address out, and an orderly end on a signal or when the
 * parent that started it over IPC goes away. Several are replaced one by one on SIGHUP. Knows no request.
 */

import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';

import { STOP_SIGNALS, stopOnSignals } from '../schema/contract/stop-on-signals.ts';
import { tellParent } from '../schema/contract/tell-parent.ts';
import { giveMemoryBack, keepShapeOfTicks } from './base/give-memory-back.ts';
import { StartRefused } from './base/start-refused.ts';
import { isRecord } from './base/is-record.ts';
import type { Config } from './config/options.ts';
import { readConfig } from './config/read-config.ts';
import { usageAsked } from './config/settings.ts';
import { createLogger, describeError, type Logger } from './telemetry/create-logger.ts';

interface Running {
  readonly url: string;
  /** Whether all ended in order. */
  readonly stop: (how?: Stop) => Promise<boolean>;
  /** Undefined where one process alone cannot put another in its place. */
  readonly renew?: () => Promise<void>;
}

interface Stop {
  readonly isReplaced: boolean;
}

async function main(): Promise<void> {
  const flags = process.argv.slice(2);
  const usage = usageAsked(flags);
  if (usage !== undefined) {
    console.log(usage);
    return;
  }
  const config = readConfig(flags, process.env);
  const { workers } = config.server;
  const count = workers === 'cores' ? availableParallelism() : workers;
  const log = loggerOf(config);
  const running =
    cluster.isPrimary && count > 1 ? await runSeveral(count, config, log) : await runOne(config, log);
  const stop = (cause: string, how?: Stop) => {
    log.info({ cause }, 'gateway stops');
    running.stop(how).then(
      (inOrder) => process.exit(inOrder ? 0 : 1),
      (error: unknown) => {
        log.error({ cause: describeError(error) }, 'gateway did not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('message', (message) => {
    if (isRecord(message) && message['kind'] === 'replaced') stop('replaced', { isReplaced: true });
  });
  // To the whole group of processes, as from a terminal that is closed: what is the parent's to decide is no worker's.
  if (cluster.isWorker) process.on('SIGHUP', () => undefined);
  else if (running.renew !== undefined) process.on('SIGHUP', () => void running.renew?.());
  const isAlone = !cluster.isWorker && running.renew === undefined;
  stopOnSignals(stop, isAlone ? STOP_SIGNALS : ['SIGTERM', 'SIGINT']);
  // Only now: whoever hears of it may ask for the end at once.
  log.info({ url: running.url }, 'gateway listens');
  tellParent({ url: running.url, onGone: () => stop('the parent process went away') });
}

function loggerOf({ log }: Config): Logger {
  const { worker } = cluster;
  return worker === undefined ? createLogger(log) : createLogger(log).child({ worker: worker.id });
}

async function runOne(config: Config, log: Logger): Promise<Running> {
  // What only holds workers together needs none of it.
  const { startGateway } = await import('./http/start-gateway.ts');
  keepShapeOfTicks();
  const gateway = await startGateway(config, log);
  giveMemoryBack();
  return { url: gateway.url, stop: (how) => gateway.stop(how).then(() => true) };
}

async function runSeveral(count: number, config: Config, log: Logger): Promise<Running> {
  const { runWorkers } = await import('./http/run-workers.ts');
  if (config.metrics.enabled) (await import('./telemetry/worker-metrics.ts')).addUpMetrics();
  const { drainDelayMs, shutdownGraceMs } = config.server;
  const running = await runWorkers({ count, log, patienceMs: drainDelayMs + shutdownGraceMs });
  // The worker has said why.
  return running ?? process.exit(1);
}

function refuse(error: unknown): never {
  const problems =
    error instanceof StartRefused ? error.problems : [`Something unexpected: ${describeError(error)}`];
  console.error(['The gateway does not start.', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  process.exit(1);
}

await main().catch(refuse);
