/**
 * `npm run subgraph -- <name>`: one subgraph alone, for those who work on it. Uses the database that the environment
 * names, else that of a running `npm start`, else an embedded PostgreSQL of its own that it takes down again.
 */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isSystemName, type SystemName } from '../schema/ownership.ts';
import { CommandRefused } from './command-refused.ts';
import { provideDevelopmentKeys } from './development-keys.ts';
import { findRunningCluster } from './postgres/embedded-cluster.ts';
import { readOptions } from './read-options.ts';
import { embeddedDatabase, provideGivenDatabase, readGivenDatabases } from './start/choose-databases.ts';
import { planSubgraph } from './start/company-processes.ts';
import { holdCheckout } from './start/hold-checkout.ts';
import { listenForStop, whenAborted } from './start/listen-for-stop.ts';
import { startProcess } from './start/managed-process.ts';
import { clusterFolder, prepareCompany, readSeed, type Step } from './start/prepare-company.ts';
import { createTeardown, type Teardown } from './start/teardown.ts';
import { tellProgress } from './start/tell-progress.ts';
import { stateFolder } from './state/state-folder.ts';
import { migrateSystem } from './systems/migrate-system.ts';
import { SUBGRAPH_PORTS } from './systems/subgraph-ports.ts';
import { SYSTEM_NAMES } from './systems/system-names.ts';

const USAGE = 'npm run subgraph -- <name> [--dry-run <permissions file>] [--decision-log <file>]';
const OPTIONS = { 'dry-run': { type: 'string' }, 'decision-log': { type: 'string' } } as const;

export async function run(args: readonly string[]): Promise<void> {
  const system = readSystem(args);
  const given = readAccessOptions(system, args);
  const teardown = createTeardown();
  const stop = listenForStop();
  const up = bringUp({ system, given }, teardown, stop);
  try {
    await Promise.race([whenAborted(stop), up.then(() => whenAborted(stop))]);
  } finally {
    await teardown.run();
    // What was just starting has failed by now, or is up and stopped after all.
    await up.catch(() => undefined);
    await teardown.run();
  }
}

/** @throws CommandRefused that names the choices. */
export function readSystem(args: readonly string[]): SystemName {
  const [name, ...rest] = readOptions(args, OPTIONS, USAGE).positionals;
  if (name !== undefined && rest.length === 0 && isSystemName(name)) return name;
  const problem =
    name === undefined || rest.length > 0 ? 'Name one subgraph' : `There is no subgraph "${name}"`;
  throw new CommandRefused(`${problem}; the subgraphs are ${SYSTEM_NAMES.join(', ')}. Usage: ${USAGE}`);
}

/** What the options say, as the subgraph's environment says it; `subgraphs/kit/settings.ts` reads it. */
export function readAccessOptions(
  system: SystemName,
  args: readonly string[],
): Readonly<Record<string, string>> {
  const { values } = readOptions(args, OPTIONS, USAGE);
  const prefix = system.toUpperCase();
  return Object.fromEntries(
    [
      [`${prefix}_DRY_RUN_PERMISSIONS`, values['dry-run']] as const,
      [`${prefix}_DECISION_LOG_FILE`, values['decision-log']] as const,
    ].flatMap(([name, file]) => (file === undefined ? [] : [[name, path.resolve(file)]])),
  );
}

interface Wanted {
  readonly system: SystemName;
  /** Beside what the environment says. */
  readonly given: Readonly<Record<string, string>>;
}

async function bringUp({ system, given }: Wanted, teardown: Teardown, stop: AbortSignal): Promise<void> {
  const home = stateFolder();
  const environment = { ...process.env, ...given };
  const keys = await provideDevelopmentKeys(home);
  await mkdir(path.join(home, 'logs'), { recursive: true });
  const step = tellProgress(say, () => performance.now(), stop);
  const databaseUrl = await findDatabase(system, home, step, teardown);
  const plan = planSubgraph(
    system,
    {
      databaseUrl,
      callerKeysFile: environment['CALLER_KEYS_FILE'] ?? keys.subgraphCaller(system),
      eventKeysFile: environment['EVENT_KEYS_FILE'] ?? keys.eventsReceivedBy(system),
      port: environment['PORT'] ?? String(SUBGRAPH_PORTS[system]),
    },
    { stateFolder: home, environment, onNews: say, onOutput: (chunk) => void process.stdout.write(chunk) },
  );
  const running = await startProcess({ ...plan, logFile: path.join(home, 'logs', `${system}-alone.log`) });
  teardown.add(running.stop);
  say(`The ${system} subgraph answers the gateway at ${running.url}. Ctrl-C stops it.`);
}

/** The runtime role's address of a database that has its tables. */
async function findDatabase(
  system: SystemName,
  home: string,
  step: Step,
  teardown: Teardown,
): Promise<string> {
  const { env: environment } = process;
  const given = readGivenDatabases(environment)[system];
  if (given !== undefined) {
    await provideGivenDatabase(system, given, ['runtime']);
    await migrateSystem(system, given.owner);
    return given.runtime;
  }
  const shared = await findRunningCluster(clusterFolder(home));
  if (shared !== undefined) return embeddedDatabase(system, shared).runtime;
  teardown.add(await holdCheckout(home, `npm run subgraph -- ${system}`));
  const seed = readSeed(environment['SEED']);
  const company = await prepareCompany({ stateFolder: home, environment: {}, seed, step, teardown });
  return company.databases[system].runtime;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
