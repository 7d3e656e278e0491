/**
 * Takes the checkout for one command, or says which other command has it.
 */

import { CommandRefused } from '../command-refused.ts';
import { takeCheckoutLock } from '../state/checkout-lock.ts';

/** Gives what releases it. @throws CommandRefused */
export async function holdCheckout(stateFolder: string, command: string): Promise<() => Promise<void>> {
  const outcome = await takeCheckoutLock(stateFolder, command);
  if (outcome.kind === 'taken') return outcome.release;
  const { by } = outcome;
  throw new CommandRefused(
    `"${by.command}" (process ${by.pid}) runs already on the databases of this checkout: stop it first, or set TRIBUTARY_HOME to another folder for databases of its own.`,
  );
}
