/**
 * `npm run events`: how the systems' events fare, and what becomes of those that could not be delivered. Sending again
 * and dropping are written down, with who decided and why. Delivers nothing itself; the workers do.
 */

import os from 'node:os';

import { isSystemName, type SystemName } from '../schema/ownership.ts';
import type { Database } from '../subgraphs/kit/database.ts';
import { countEvents } from '../subgraphs/kit/events/count-events.ts';
import {
  dropDeadLetters,
  listDeadLetters,
  replayDeadLetters,
  type DeadLetter,
} from '../subgraphs/kit/events/dead-letters.ts';
import { CommandRefused } from './command-refused.ts';
import { readOptions } from './read-options.ts';
import { withSystemDatabase } from './start/with-system-database.ts';
import { SYSTEM_NAMES } from './systems/system-names.ts';

const USAGE =
  'npm run events -- status | list [<system>] | replay|drop <system> <number …|all> --why <reason> [--by <name>]';
const MOST_LISTED = 200;

type Command = 'status' | 'list' | 'replay' | 'drop';

export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions(
    args,
    { why: { type: 'string' }, by: { type: 'string' } },
    USAGE,
  );
  const [command = 'status', system, ...numbers] = positionals;
  if (!isCommand(command)) throw refusal(`There is no "${command}".`);
  if (command === 'status' || command === 'list') {
    const systems = system === undefined ? SYSTEM_NAMES : [readSystem(system)];
    for (const each of systems) await withSystemDatabase(each, (database) => show(command, each, database));
    return;
  }
  const by = values.by ?? os.userInfo().username;
  const { why } = values;
  if (why === undefined || why.trim() === '') throw refusal('Say why: it is written down.');
  const ids = readNumbers(numbers);
  await withSystemDatabase(readSystem(system ?? ''), (database) =>
    settle(database, command, { ids, by, why }),
  );
}

async function show(command: 'status' | 'list', system: SystemName, database: Database): Promise<void> {
  if (command === 'status') {
    const { unrelayed, deliveries } = await countEvents(database);
    say(`${system}: ${unrelayed} in the outbox`);
    for (const { subscriber, waiting, retrying, dead } of deliveries)
      say(`  to ${subscriber}: ${waiting} waiting, ${retrying} tried again, ${dead} given up`);
    return;
  }
  const letters = await listDeadLetters(database, MOST_LISTED);
  say(letters.length === 0 ? `${system}: no dead letters` : `${system}:`);
  for (const letter of letters) say(`  ${lineOf(letter)}`);
}

function lineOf({ id, diedAt, type, entityId, version, subscriber, attempts, because }: DeadLetter): string {
  const what = `${type} ${entityId} version ${version}`;
  const tries = attempts === 1 ? 'once' : `${attempts} times`;
  return `${id}  ${diedAt.toISOString()}  ${what}, to ${subscriber}, tried ${tries}: ${because}`;
}

interface Decision {
  readonly ids: readonly bigint[] | undefined;
  readonly by: string;
  readonly why: string;
}

async function settle(
  database: Database,
  command: 'replay' | 'drop',
  { ids, ...who }: Decision,
): Promise<void> {
  const settleAll = command === 'replay' ? replayDeadLetters : dropDeadLetters;
  const count = await database.transaction().execute((transaction) => settleAll(transaction, ids, who));
  const done = command === 'replay' ? 'sent again; "status" shows how they fare' : 'dropped';
  say(`${count} ${count === 1 ? 'event is' : 'events are'} ${done}.`);
  if (ids !== undefined && count < ids.length)
    say(`${ids.length - count} were not there, or settled already.`);
}

function readSystem(name: string): SystemName {
  if (isSystemName(name)) return name;
  throw refusal(`Name one of the systems ${SYSTEM_NAMES.join(', ')}.`);
}

/** Undefined for all. */
function readNumbers(given: readonly string[]): readonly bigint[] | undefined {
  if (given.length === 1 && given[0] === 'all') return undefined;
  if (given.length > 0 && given.every((number) => /^\d{1,18}$/.test(number))) return given.map(BigInt);
  throw refusal('Name the numbers that "list" shows, or "all".');
}

function isCommand(name: string): name is Command {
  return ['status', 'list', 'replay', 'drop'].includes(name);
}

function refusal(problem: string): CommandRefused {
  return new CommandRefused(`${problem} Usage: ${USAGE}`);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
