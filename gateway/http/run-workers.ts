/**
 * The gateway on several processes behind one port: starts them, starts those again that die, replaces them one by one
 * and ends them all. Knows that a worker says when it listens and stops in order when it is told to, by a signal or
 * because another one stands in for it; knows nothing of what it does.
 */

import cluster, { type Worker } from 'node:cluster';

import { compileCacheEnvironment } from '../base/compile-cache-environment.ts';
import { isRecord } from '../base/is-record.ts';
import type { Logger } from '../telemetry/create-logger.ts';

export interface WorkersParts {
  readonly count: number;
  /** After this long, and a while to end in order, a worker that is told to stop is killed. */
  readonly patienceMs: number;
  readonly log: Logger;
}

export interface Workers {
  readonly url: string;
  /**
   * Puts a new worker in the place of each, one after another: the new one listens before the old one goes. Where one
   * does not start, the rest of the old ones stay. Never rejects.
   */
  readonly renew: () => Promise<void>;
  /** Whether every worker ended in order. */
  readonly stop: () => Promise<boolean>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Whoever lives this long has not died of how it starts. */
const HEALTHY_MS = 30_000;
const TO_END_MS = 5_000;

/** When all listen. Undefined where the first ends before: it has said why. */
export async function runWorkers({ count, patienceMs, log }: WorkersParts): Promise<Workers | undefined> {
  const crew = new Crew(patienceMs + TO_END_MS, log);
  // One alone says what is wrong with the options; all would say it as often as there are.
  const url = await crew.tryOne();
  if (url === undefined) return undefined;
  await Promise.all(Array.from({ length: count - 1 }, () => crew.keepOne(FIRST_PAUSE_MS)));
  return { url, renew: () => crew.renew(), stop: () => crew.stop() };
}

class Crew {
  readonly #patienceMs: number;
  readonly #log: Logger;
  readonly #pauses = new Set<NodeJS.Timeout>();
  readonly #working = new Set<Worker>();
  /** In whose place another one is to come. */
  readonly #replaced = new Set<Worker>();
  /** That it has come, so that they are to go. */
  readonly #told = new WeakSet<Worker>();
  #isStopping = false;
  #renewing = Promise.resolve();
  #isRenewalAhead = false;

  constructor(patienceMs: number, log: Logger) {
    this.#patienceMs = patienceMs;
    this.#log = log;
  }

  /** Started again whenever it dies, at longer and longer intervals as long as it dies young. */
  async keepOne(pauseMs: number): Promise<void> {
    const worker = cluster.fork(compileCacheEnvironment());
    this.#keep(worker, pauseMs);
    await this.#listens(worker);
  }

  /** Its address once it listens, and it is kept from then on; undefined where it ends before. */
  async tryOne(): Promise<string | undefined> {
    const worker = cluster.fork(compileCacheEnvironment());
    const url = await this.#listens(worker);
    if (url !== undefined) this.#keep(worker, FIRST_PAUSE_MS);
    return url;
  }

  renew(): Promise<void> {
    // Whoever asks twice wants what holds now, not two rounds of the same.
    if (this.#isRenewalAhead) return this.#renewing;
    this.#isRenewalAhead = true;
    return (this.#renewing = this.#renewing.then(() => this.#renewNow()));
  }

  async stop(): Promise<boolean> {
    this.#isStopping = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    const workers = Object.values(cluster.workers ?? {}).flatMap((worker) =>
      worker === undefined || worker.isDead() ? [] : [worker],
    );
    const ends = await Promise.all(
      workers.map((worker) => endOf(worker, this.#patienceMs, () => worker.process.kill('SIGTERM'))),
    );
    return ends.every(Boolean);
  }

  #keep(worker: Worker, pauseMs: number): void {
    const startedAt = performance.now();
    this.#working.add(worker);
    worker.once('exit', (code, signal) => {
      this.#working.delete(worker);
      if (this.#isStopping) return;
      if (this.#replaced.delete(worker)) {
        if (!this.#told.has(worker)) this.#log.error({ worker: worker.id, code, signal }, 'worker died');
        return;
      }
      const restartInMs = performance.now() - startedAt > HEALTHY_MS ? FIRST_PAUSE_MS : pauseMs;
      this.#log.error({ worker: worker.id, code, signal, restartInMs }, 'worker died');
      const pause = setTimeout(() => {
        this.#pauses.delete(pause);
        void this.keepOne(Math.min(2 * restartInMs, LONGEST_PAUSE_MS));
      }, restartInMs);
      this.#pauses.add(pause);
    });
  }

  async #listens(worker: Worker): Promise<string | undefined> {
    const url = await listening(worker);
    if (url !== undefined) this.#log.info({ worker: worker.id, pid: worker.process.pid }, 'worker listens');
    return url;
  }

  async #renewNow(): Promise<void> {
    this.#isRenewalAhead = false;
    for (const old of [...this.#working]) {
      if (this.#isStopping) return;
      this.#replaced.add(old);
      if ((await this.tryOne()) === undefined) {
        this.#giveUp(old);
        return;
      }
      if (old.isDead()) continue;
      this.#told.add(old);
      const isInOrder = await endOf(old, this.#patienceMs, () => {
        // One that dies in this moment cannot be told any more, which must not be the end of all.
        old.send({ kind: 'replaced' }, () => undefined);
      });
      if (!isInOrder) this.#log.error({ worker: old.id }, 'a replaced worker did not end in order');
    }
    this.#log.info({ workers: this.#working.size }, 'workers renewed');
  }

  #giveUp(old: Worker): void {
    if (this.#isStopping) return;
    this.#log.error('a new worker does not start; the old ones stay');
    // One that died meanwhile was not started again, because another one was to come.
    if (!this.#replaced.delete(old)) void this.keepOne(FIRST_PAUSE_MS);
  }
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
function endOf(worker: Worker, patienceMs: number, tell: () => unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), patienceMs);
    worker.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 || signal === 'SIGTERM');
    });
    tell();
  });
}
