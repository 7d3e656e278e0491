/**
 * A process that the benchmark has started: asked over IPC or, where it is a gateway, over HTTP; always stopped by it.
 * Knows nothing of what the process does.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface ProcessRecipe {
  readonly name: string;
  /** What follows `node` on the command line. */
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

interface Reply {
  readonly number: number;
  readonly reply?: unknown;
  readonly problem?: string;
}

const CHECKOUT = path.resolve(import.meta.dirname, '../../..');
/** The one that the lockfile pins: every gateway runs on it. */
export const NODE = path.join(CHECKOUT, 'node_modules/.bin/node');
/** Nothing that a gateway of ours holds is worth a longer goodbye. */
const STOPS_WITHIN_MS = 1_000;
const LAST_LINES = 8;

/** Lives until `stop`; its output goes to a file, as an operator's would. */
export class BenchProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #count = 0;
  readonly #ended: Promise<unknown>;

  private constructor(name: string, child: ChildProcess, logFile: string) {
    this.name = name;
    this.#child = child;
    this.#logFile = logFile;
    this.#ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    child.on('message', (message) => {
      // Gateways may say other things to their parent; those have no number.
      const reply = message as Reply;
      this.#waiting.get(reply.number)?.(reply);
    });
    void this.#ended.then(() => {
      for (const [number, settle] of this.#waiting) settle({ number, problem: `${name} has ended` });
    });
  }

  static async start(recipe: ProcessRecipe, folder: string): Promise<BenchProcess> {
    const logFile = path.join(folder, `${recipe.name}.log`);
    const log = await open(logFile, 'w');
    const child = spawn(NODE, recipe.args, {
      cwd: folder,
      env: { ...plainEnvironment(), ...recipe.environment },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    await once(child, 'spawn');
    await log.close();
    return new BenchProcess(recipe.name, child, logFile);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.name} was not started.`);
    return pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Throws what the process says, or that it has ended. The answer's type is the asker's to know. */
  async ask(question: unknown): Promise<unknown> {
    const number = ++this.#count;
    const answered = new Promise<Reply>((resolve) => this.#waiting.set(number, resolve));
    this.#child.send({ number, question });
    const { reply, problem } = await answered;
    this.#waiting.delete(number);
    if (problem !== undefined) throw new Error(`${this.name}: ${problem}`);
    return reply;
  }

  async lastWords(): Promise<string> {
    const text = await readFile(this.#logFile, 'utf8').catch(() => '');
    return text.trim().split('\n').slice(-LAST_LINES).join('\n');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOPS_WITHIN_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** What a gateway could read as a setting stays out. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, NODE_ENV: 'production' };
}
