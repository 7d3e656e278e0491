/**
 * Executes the matrix on a company that is started for it and thrown away after it, also where somebody stops the
 * command. Knows the order in which things start and stop.
 */

import { CommandRefused } from '../command-refused.ts';
import { listenForStop, whenAborted } from '../start/listen-for-stop.ts';
import { createTeardown, type Teardown } from '../start/teardown.ts';
import { executeMatrix, type ExecutedMatrix } from './execute-matrix.ts';
import { POLICIES } from './policy.ts';
import { serveCompany } from './serve-company.ts';
import { provideThrowawayDatabases } from './throwaway-databases.ts';

/** @throws CommandRefused where it was stopped. */
export async function executeCompany(): Promise<ExecutedMatrix> {
  const teardown = createTeardown();
  const abort = listenForStop();
  const executed = execute(teardown, abort);
  const stopped = whenAborted(abort).then(() => Promise.reject(new CommandRefused('Stopped.')));
  try {
    return await Promise.race([executed, stopped]);
  } finally {
    await teardown.run();
    // What was just starting has failed by now, for want of what it needs, or is up and stopped after all.
    await executed.catch(() => undefined);
    await teardown.run();
  }
}

async function execute(teardown: Teardown, abort: AbortSignal): Promise<ExecutedMatrix> {
  const databaseUrls = await provideThrowawayDatabases(teardown, abort);
  abort.throwIfAborted();
  const company = await serveCompany({ databaseUrls });
  teardown.add(company.stop);
  abort.throwIfAborted();
  return executeMatrix(company, POLICIES);
}
