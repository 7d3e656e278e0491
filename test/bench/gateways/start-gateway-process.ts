/**
 * One gateway, started and known to answer HTTP. Knows nothing of what it answers.
 */

import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import type { Teardown } from '../../../tools/start/teardown.ts';
import { askGateway, bodyOf } from '../measure/ask-gateway.ts';
import { BenchProcess } from '../process/bench-process.ts';
import type { GatewayRecipe, Surroundings } from './gateway-recipes.ts';

/** A gateway that runs, as it is asked and measured. */
export interface RunningGateway {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
}

const ANSWERS_WITHIN_MS = 60_000;
const BETWEEN_PROBES_MS = 50;

/** Throws with the gateway's last words where it does not come up. */
export async function startGatewayProcess(
  recipe: GatewayRecipe,
  surroundings: Omit<Surroundings, 'port'>,
  { folder, teardown }: { readonly folder: string; readonly teardown: Teardown },
): Promise<RunningGateway> {
  const port = await findFreePort();
  const args = recipe.argsFor({ ...surroundings, port });
  const process = await BenchProcess.start({ name: recipe.name, args }, folder);
  teardown.add(() => process.stop());
  const url = `http://127.0.0.1:${port}/graphql`;
  const isUp = await answersInTime(process, url).catch(() => false);
  if (isUp) return { name: recipe.name, url, pid: process.pid, headers: {} };
  throw new Error(`does not start: ${await process.lastWords()}`);
}

async function answersInTime(process: BenchProcess, url: string): Promise<boolean> {
  const givesUpAtMs = performance.now() + ANSWERS_WITHIN_MS;
  while (process.isRunning && performance.now() < givesUpAtMs) {
    // Whatever it says, it listens.
    const answer = await askGateway(url, bodyOf('{ __typename }')).catch(() => undefined);
    if (answer !== undefined) return true;
    await pause(BETWEEN_PROBES_MS);
  }
  return false;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The machine gave no free port.');
  return address.port;
}
