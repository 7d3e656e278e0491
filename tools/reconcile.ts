/**
 * `npm run reconcile`: has the workers compare every copy with its owner, and prints what differs by system, entity and
 * field. With `--repair` the owners send again what differs, and it is compared once more. Compares nothing itself.
 */

import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { EVENTS } from '../schema/contract/events.ts';
import { isSystemName, type SystemName } from '../schema/ownership.ts';
import type { Database } from '../subgraphs/kit/database.ts';
import {
  readDifferingIds,
  readDrift,
  readReconciliation,
  requestReconciliation,
} from '../subgraphs/kit/events/reconciliations.ts';
import { CommandRefused } from './command-refused.ts';
import { readOptions } from './read-options.ts';
import { withSystemDatabase } from './start/with-system-database.ts';
import { SYSTEM_NAMES } from './systems/system-names.ts';

const USAGE = 'npm run reconcile [-- <system>] [--repair] [--by <name>]';
const OPTIONS = { repair: { type: 'boolean' }, by: { type: 'string' } } as const;
const KEEPERS = SYSTEM_NAMES.filter((system) =>
  Object.values(EVENTS).some(({ adoptedBy }) => adoptedBy.includes(system)),
);
const BETWEEN_LOOKS_MS = 200;
const LONGEST_MS = 30 * 60_000;
/** Of each field, so that one can be looked at; the rest stands in the table. */
const MOST_IDS = 5;

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions(args, OPTIONS, USAGE);
  const systems = readKeepers(positionals);
  const by = values.by ?? os.userInfo().username;
  const repairs = values.repair === true;
  for (const system of systems) {
    await withSystemDatabase(system, async (database) => {
      const found = await reconcile(database, system, { by, repairs });
      if (!repairs || found === 0) return;
      say(`  sent again; compared once more:`);
      await reconcile(database, system, { by, repairs: false });
    });
  }
}

/** Gives how many fields of copies differ. */
async function reconcile(
  database: Database,
  system: SystemName,
  request: { readonly by: string; readonly repairs: boolean },
): Promise<number> {
  const id = await requestReconciliation(database, request);
  const compared = await finished(database, system, id);
  const drift = await readDrift(database, id);
  const count = drift.reduce((sum, { differences }) => sum + differences, 0);
  say(`${system}: ${compared} compared, ${count === 0 ? 'no copy differs' : `${count} differences`}`);
  for (const { owner, entity, field, differences } of drift) {
    const ids = await readDifferingIds(database, id, { entity, field }, MOST_IDS);
    const more = differences > ids.length ? ', …' : '';
    say(`  ${entity}.${field} of ${owner}: ${differences} (${ids.join(', ')}${more})`);
  }
  return count;
}

/** Gives how many were compared. */
async function finished(database: Database, system: SystemName, id: bigint): Promise<number> {
  const endsAt = performance.now() + LONGEST_MS;
  while (performance.now() < endsAt) {
    const found = await readReconciliation(database, id);
    if (found?.problem !== undefined && found.problem !== null)
      throw new CommandRefused(`The copies of ${system} could not be compared: ${found.problem}.`);
    if (found?.finishedAt !== undefined && found.finishedAt !== null) return found.compared ?? 0;
    await pause(BETWEEN_LOOKS_MS);
  }
  throw new CommandRefused(`No worker of ${system} has compared anything: does "${system}-worker" run?`);
}

function readKeepers(given: readonly string[]): readonly SystemName[] {
  const [name, ...rest] = given;
  if (name === undefined) return KEEPERS;
  if (rest.length === 0 && isSystemName(name) && KEEPERS.includes(name)) return [name];
  throw new CommandRefused(`The systems that keep copies are ${KEEPERS.join(', ')}. Usage: ${USAGE}`);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
