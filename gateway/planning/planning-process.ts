/**
 * The planning process from outside: started with a supergraph, asked one operation at a time, ended at any time, even
 * while it plans. A process and no thread, because a thread that needs too much memory in one piece takes all others
 * with it. Knows no deadline and no queue.
 */

import { fork, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

import { compileCacheEnvironment } from '../base/compile-cache-environment.ts';
import type { PlanReport, StartReport, SupergraphToPlan, TextToPlan } from './planning-messages.ts';

const MAIN = new URL('./planner-main.ts', import.meta.url);

/**
 * A plan lives as long as its planning takes. With half the room for new objects, or where V8 makes those old that it
 * saw survive once (pretenuring), it marks the whole heap again and again, a fifth of the process's time.
 */
const HEAP_FLAGS = ['--max-semi-space-size=8', '--no-allocation-site-pretenuring'];

/** The libraries keep about 150 for each character of the supergraph, and twice as many where all subgraphs share all types. */
const BYTES_PER_CHARACTER = 300;

/** The end of what it writes to standard error, where V8 says that it has no more memory. */
const MOST_LAST_WORDS = 4_000;
const OUT_OF_MEMORY = /out of memory|allocation failed/i;

/** Why there is no answer: the process has gone, by its limit of memory or for another reason, or never came. */
export class PlannerGone extends Error {
  readonly isOutOfMemory: boolean;

  /** `code` is the machine's, of a process that could not be started. */
  constructor(lastWords: string, heapMb: number, code: string | undefined) {
    const isOutOfMemory = OUT_OF_MEMORY.test(lastWords);
    const happened = isOutOfMemory ? `needs more than ${heapMb} MB (planning.maxHeapMb)` : 'has ended';
    const says = `the planning process ${code === undefined ? happened : `cannot be started (${code})`}`;
    super(says, lastWords === '' ? {} : { cause: new Error(lastWords) });
    this.isOutOfMemory = isOutOfMemory;
  }
}

interface Waiting {
  readonly resolve: (report: StartReport | PlanReport) => void;
  readonly reject: (gone: PlannerGone) => void;
}

/** A process that lives until it is ended or runs out of memory; it does not keep ours alive by itself. */
export class PlanningProcess {
  /** Rejects with what is wrong with the supergraph, or with PlannerGone. */
  readonly apiSchemaSdl: Promise<string>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #lastWords = '';
  #waiting: Waiting | undefined;
  #gone: PlannerGone | undefined;

  /** `maxHeapMb` is for what is planned, beside what the supergraph needs. */
  constructor(supergraphSdl: string, maxHeapMb: number) {
    const heapMb = maxHeapMb + Math.ceil((supergraphSdl.length * BYTES_PER_CHARACTER) / 1_000_000);
    this.#child = fork(MAIN, {
      env: compileCacheEnvironment(),
      execArgv: ['--expose-gc', `--max-old-space-size=${heapMb}`, ...HEAP_FLAGS],
      // Standard input stays silent; its end tells the process that we are gone.
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('message', (report: StartReport | PlanReport) => this.#settle()?.resolve(report));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-MOST_LAST_WORDS);
    });
    this.#ended = new Promise((resolve) => {
      const end = (lastWords: string, code?: string) => {
        this.#gone ??= new PlannerGone(lastWords, heapMb, code);
        this.#settle()?.reject(this.#gone);
        resolve();
      };
      this.#child.once('error', (error: NodeJS.ErrnoException) => end(error.message, error.code));
      this.#child.once('close', () => end(this.#lastWords));
    });
    this.apiSchemaSdl = this.#ask({ supergraphSdl }).then((report) => {
      if (report.kind === 'ready') return report.apiSchemaSdl;
      throw new Error('because' in report ? report.because : 'the planning process speaks out of turn');
    });
    // Whoever asks hears of it; that nobody has asked yet is no accident.
    this.apiSchemaSdl.catch(() => undefined);
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** Only when the last answer is there. Rejects with PlannerGone. */
  async ask(question: TextToPlan): Promise<PlanReport> {
    if (this.#gone !== undefined) throw this.#gone;
    const report = await this.#ask(question);
    if (report.kind === 'planned' || report.kind === 'refused') return report;
    throw new Error('the planning process speaks out of turn');
  }

  async end(): Promise<void> {
    this.#keepUsAlive(true);
    // It may be in the middle of a plan, where it hears nothing else.
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Our process stays for a report that is awaited, and for nothing else. */
  #ask(question: SupergraphToPlan | TextToPlan): Promise<StartReport | PlanReport> {
    this.#keepUsAlive(true);
    const report = new Promise<StartReport | PlanReport>(
      (resolve, reject) => (this.#waiting = { resolve, reject }),
    );
    // What cannot be sent has no answer either: the end says so. A child that could not be started cannot even be
    // spoken to: then Node leaves `send` out, whatever its types say.
    (this.#child as Partial<ChildProcess>).send?.(question, () => undefined);
    return report;
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#keepUsAlive(false);
    return waiting;
  }

  #keepUsAlive(yes: boolean): void {
    const { channel, stdin, stderr } = this.#child;
    const how = yes ? 'ref' : 'unref';
    this.#child[how]();
    channel?.[how]();
    // Reason for the casts: the pipes of a child are sockets.
    for (const pipe of [stdin, stderr] as (Socket | null)[]) pipe?.[how]();
  }
}
