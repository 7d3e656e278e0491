/**
 * The gateway on several processes behind one port: starts them, starts those again that die, and ends them all.
 * Knows that a worker says when it listens and stops in order on SIGTERM; knows nothing of what it does.
 */

import cluster, { type Worker } from 'node:cluster';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

import { isRecord } from '../base/is-record.ts';
import type { Logger } from '../telemetry/create-logger.ts';

export interface WorkersParts {
  readonly count: number;
  /** After this long, and a while to end in order, a worker that is told to stop is killed. */
  readonly shutdownGraceMs: number;
  readonly log: Logger;
}

export interface Workers {
  readonly url: string;
  /** Whether every worker ended in order. */
  readonly stop: () => Promise<boolean>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Whoever lives this long has not died of how it starts. */
const HEALTHY_MS = 30_000;
const TO_END_MS = 5_000;

/** When all listen. Undefined where the first ends before: it has said why. */
export async function runWorkers({
  count,
  shutdownGraceMs,
  log,
}: WorkersParts): Promise<Workers | undefined> {
  let hasStarted = false;
  let isStopping = false;
  const pauses = new Set<NodeJS.Timeout>();

  /** Its address, once it listens; undefined where it ends before. */
  async function keepOne(pauseMs: number): Promise<string | undefined> {
    const startedAt = performance.now();
    const worker = fork();
    worker.once('exit', (code, signal) => {
      if (isStopping || !hasStarted) return;
      const restartInMs = performance.now() - startedAt > HEALTHY_MS ? FIRST_PAUSE_MS : pauseMs;
      log.error({ worker: worker.id, code, signal, restartInMs }, 'worker died');
      const pause = setTimeout(() => {
        pauses.delete(pause);
        void keepOne(Math.min(2 * restartInMs, LONGEST_PAUSE_MS));
      }, restartInMs);
      pauses.add(pause);
    });
    const url = await listening(worker);
    if (url !== undefined) log.info({ worker: worker.id, pid: worker.process.pid }, 'worker listens');
    return url;
  }

  async function stop(): Promise<boolean> {
    isStopping = true;
    for (const pause of pauses) clearTimeout(pause);
    const workers = Object.values(cluster.workers ?? {}).flatMap((worker) =>
      worker === undefined || worker.isDead() ? [] : [worker],
    );
    const ends = await Promise.all(workers.map((worker) => endOf(worker, shutdownGraceMs + TO_END_MS)));
    return ends.every(Boolean);
  }

  // One alone says what is wrong with the options; all would say it as often as there are.
  const url = await keepOne(FIRST_PAUSE_MS);
  if (url === undefined) return undefined;
  hasStarted = true;
  await Promise.all(Array.from({ length: count - 1 }, () => keepOne(FIRST_PAUSE_MS)));
  return { url, stop };
}

function fork(): Worker {
  const folder = getCompileCacheDir();
  // Its folder names the one for this version of Node within the one that is set.
  return cluster.fork(folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) });
}

/** The address; undefined where the worker ends before it listens. */
function listening(worker: Worker): Promise<string | undefined> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve(undefined));
    worker.on('message', (message: unknown) => {
      if (isRecord(message) && message['kind'] === 'listening') resolve(String(message['url']));
    });
  });
}

/** Whether it ended in order: by itself, or by the signal because it had not begun. */
function endOf(worker: Worker, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), patienceMs);
    worker.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 || signal === 'SIGTERM');
    });
    worker.process.kill('SIGTERM');
  });
}
