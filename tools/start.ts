/**
 * `npm start`: the whole reference company on this machine. PostgreSQL, three subgraphs and the gateway come up in this
 * order and go down in the other; ends with 0 when it was asked to stop and with 1 when something cannot go on.
 */

import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { CommandRefused } from './command-refused.ts';
import { readFlags } from './read-options.ts';
import { firstQuestion, tokenCommand } from './start/first-question.ts';
import { holdCheckout } from './start/hold-checkout.ts';
import { listenForStop, whenAborted } from './start/listen-for-stop.ts';
import { prepareCompany, readSeed } from './start/prepare-company.ts';
import { runCompany } from './start/run-company.ts';
import { createTeardown, type Teardown } from './start/teardown.ts';
import { nextSteps, tellProgress } from './start/tell-progress.ts';
import { isErrorWithCode, stateFolder } from './state/state-folder.ts';

const USAGE = 'npm start [-- --verbose]';
const DEFAULT_PORT = '4000';
const DEFAULT_HOST = '127.0.0.1';

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, { verbose: { type: 'boolean' } }, USAGE);
  const teardown = createTeardown();
  const stop = listenForStop();
  const up = bringUp({ teardown, stop, isVerbose: values.verbose === true });
  try {
    await Promise.race([whenAborted(stop), up.then(({ broken }) => broken)]);
    say('\nStopping …');
  } finally {
    await teardown.run();
    // What was just starting has failed by now, for want of what it needs, or is up and stopped after all.
    await up.catch(() => undefined);
    await teardown.run();
  }
  say('Everything is stopped.');
}

interface Running {
  /** Rejects when something ended that cannot be started again under those that use it. */
  readonly broken: Promise<never>;
}

interface BringingUp {
  readonly teardown: Teardown;
  readonly stop: AbortSignal;
  readonly isVerbose: boolean;
}

async function bringUp({ teardown, stop, isVerbose }: BringingUp): Promise<Running> {
  const { env: environment } = process;
  const startedAt = performance.now();
  const home = stateFolder();
  const port = environment['PORT'] ?? DEFAULT_PORT;
  const seed = readSeed(environment['SEED']);
  teardown.add(await holdCheckout(home, 'npm start'));
  await refuseTakenPort(environment['HOST'] ?? DEFAULT_HOST, Number(port));
  const logFolder = path.join(home, 'logs');
  await mkdir(logFolder, { recursive: true });
  say('Tributary starts.');
  const step = tellProgress(say, () => performance.now(), stop);
  const company = await prepareCompany({ stateFolder: home, environment, seed, step, teardown });
  const onOutput = isVerbose ? (chunk: Buffer) => void process.stdout.write(chunk) : undefined;
  const surroundings = { stateFolder: home, environment, port, stop, onNews: say, onOutput };
  const gateway = await runCompany(company, surroundings, step, teardown);
  const endpoint = `${gateway}/graphql`;
  const token = tokenCommand(environment);
  const question = await firstQuestion(endpoint, company.keys.issuer, token);
  say(nextSteps({ endpoint, token, question, logFolder, tookMs: performance.now() - startedAt }));
  return { broken: whenBroken(company.cluster?.ended) };
}

async function whenBroken(databaseEnded: Promise<void> | undefined): Promise<never> {
  await (databaseEnded ?? new Promise(() => undefined));
  throw new CommandRefused('PostgreSQL has ended, so nothing can go on; "npm start" brings everything back.');
}

/** Early, since the gateway would find out only after everything else is up. */
async function refuseTakenPort(host: string, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CommandRefused('PORT is not a port number (0 to 65535).');
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (problem) {
    if (!isErrorWithCode(problem, 'EADDRINUSE')) throw problem;
    throw new CommandRefused(
      `Port ${port} on ${host} is taken by another process: choose another, as in "PORT=4100 npm start".`,
    );
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
