/**
 * The planning thread from outside: started with a supergraph, asked one operation at a time, ended at any time, even
 * while it plans. Knows no deadline and no queue.
 */

import { Worker } from 'node:worker_threads';

import { isRecord } from '../base/is-record.ts';
import { threadEnvironment } from '../base/thread-environment.ts';
import type { PlanningTask, TextToPlan, PlanReport, StartReport } from './planning-messages.ts';

const WORKER = new URL('./planning-worker.ts', import.meta.url);

/** Larger makes planning hardly faster and the process heavier. */
const YOUNG_HEAP_MB = 16;

/** Why there is no answer: the thread has gone, by its limit of memory or for another reason. */
export class ThreadGone extends Error {
  readonly isOutOfMemory: boolean;

  constructor(cause: unknown) {
    super('the planning thread has ended', { cause });
    this.isOutOfMemory = isRecord(cause) && cause['code'] === 'ERR_WORKER_OUT_OF_MEMORY';
  }
}

interface Waiting {
  readonly resolve: (report: StartReport | PlanReport) => void;
  readonly reject: (gone: ThreadGone) => void;
}

/** A thread that lives until it is ended or runs out of memory; it does not keep the process alive by itself. */
export class PlanningThread {
  /** Rejects with what is wrong with the supergraph, or with ThreadGone. */
  readonly apiSchemaSdl: Promise<string>;
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #gone: ThreadGone | undefined;

  constructor(supergraphSdl: string, maxHeapMb: number) {
    const workerData: PlanningTask = { supergraphSdl };
    this.#worker = new Worker(WORKER, {
      workerData,
      env: threadEnvironment(),
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    });
    this.#worker.on('message', (report: StartReport | PlanReport) => this.#settle()?.resolve(report));
    this.#worker.on('error', (error) => (this.#gone ??= new ThreadGone(error)));
    this.#worker.on('exit', () => {
      this.#gone ??= new ThreadGone(undefined);
      this.#settle()?.reject(this.#gone);
    });
    this.apiSchemaSdl = this.#next().then((report) => {
      if (report.kind === 'ready') return report.apiSchemaSdl;
      throw new Error('because' in report ? report.because : 'the planning thread speaks out of turn');
    });
    // Whoever asks hears of it; that nobody has asked yet is no accident.
    this.apiSchemaSdl.catch(() => undefined);
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** Only when the last answer is there. Rejects with ThreadGone. */
  async ask(question: TextToPlan): Promise<PlanReport> {
    if (this.#gone !== undefined) throw this.#gone;
    this.#worker.postMessage(question);
    const report = await this.#next();
    if (report.kind === 'planned' || report.kind === 'refused') return report;
    throw new Error('the planning thread speaks out of turn');
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The process stays for a report that is awaited, and for nothing else. */
  #next(): Promise<StartReport | PlanReport> {
    this.#worker.ref();
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    return waiting;
  }
}
