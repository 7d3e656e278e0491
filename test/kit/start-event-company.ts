/**
 * The three systems of the reference company with their workers, in this process, on databases of their own. Any of
 * them can be stopped and started again at the same address. Asked as the gateway would ask.
 */

import { pino } from 'pino';

import type { SystemName } from '../../schema/ownership.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { crm } from '../../subgraphs/crm/subgraph.ts';
import { openDatabase, type Database } from '../../subgraphs/kit/database.ts';
import { countEvents, type EventCounts } from '../../subgraphs/kit/events/count-events.ts';
import type { RetrySchedule } from '../../subgraphs/kit/events/event-queues.ts';
import { startDelivering } from '../../subgraphs/kit/events/start-delivering.ts';
import { takeTheLead } from '../../subgraphs/kit/events/take-the-lead.ts';
import { shop } from '../../subgraphs/shop/subgraph.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { freshCompany, type Contents, type TestDatabase } from './company-databases.ts';
import { eventSecretsOf } from './event-secrets.ts';
import { runAs } from './small-shop.ts';
import { startSubgraph, type Answer, type Asking, type TestSubgraph } from './start-subgraph.ts';
import { PATIENCE_MS } from './patience.ts';

const DEFINITIONS = { crm, accounting, shop };
/** Nobody can hear of anything there: port 1 is never given to anybody. */
const NOWHERE = 'http://127.0.0.1:1/graphql';
/** Copies are compared when somebody asks. */
const NEVER_MS = 10 ** 10;

export interface EventCompany {
  readonly ask: (system: SystemName, query: string, asking?: Asking) => Promise<Answer>;
  /** Rows of a statement, run as the owner of the system's database. */
  readonly query: (system: SystemName, statement: string) => Promise<readonly Record<string, unknown>[]>;
  /** As its worker. */
  readonly database: (system: SystemName) => Database;
  readonly databases: Readonly<Record<SystemName, TestDatabase>>;
  readonly urlOf: (system: SystemName) => string;
  readonly stopSubgraph: (system: SystemName) => Promise<void>;
  readonly startSubgraph: (system: SystemName) => Promise<void>;
  readonly startWorker: (system: SystemName) => Promise<void>;
  readonly stopWorker: (system: SystemName) => Promise<void>;
  /** Waits until nothing is under way any more. @throws with the counts where something is for too long. */
  readonly settled: () => Promise<void>;
  readonly becomes: (isSo: () => Promise<boolean>) => Promise<void>;
  readonly logged: () => readonly Record<string, unknown>[];
  readonly stop: () => Promise<void>;
}

export interface EventCompanySetup {
  readonly contents?: Contents;
  readonly schedule?: RetrySchedule;
  readonly workers?: readonly SystemName[];
}

const QUICK: RetrySchedule = { firstDelayS: 1, longestDelayS: 1, retries: 100 };

export async function startEventCompany(setup: EventCompanySetup = {}): Promise<EventCompany> {
  const { contents = 'small', schedule = QUICK, workers = SYSTEM_NAMES } = setup;
  const databases = await freshCompany(contents);
  const opened = new Map(
    SYSTEM_NAMES.map((system) => {
      const url = databases[system].worker;
      return [system, openDatabase({ url, applicationName: 'test-worker', maxConnections: 3 })] as const;
    }),
  );
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const subgraphs = new Map<SystemName, TestSubgraph>();
  const urls = new Map<SystemName, string>();
  const running = new Map<SystemName, () => Promise<void>>();
  const urlOf = (system: SystemName) => urls.get(system) ?? NOWHERE;
  const databaseOf = (system: SystemName) => must(opened.get(system));

  const company: EventCompany = {
    ask: (system, query, asking) => must(subgraphs.get(system)).ask(query, asking),
    query: (system, statement) => runAs(databases[system].owner, statement),
    database: databaseOf,
    databases,
    urlOf,
    stopSubgraph: async (system) => {
      await subgraphs.get(system)?.stop();
      subgraphs.delete(system);
    },
    startSubgraph: async (system) => {
      const port = urls.has(system) ? Number(new URL(urlOf(system)).port) : 0;
      const receiving = { secrets: eventSecretsOf(system), nowMs: Date.now, toleranceMs: 300_000 };
      // Reason for the cast: each definition has loaders of its own, which nobody here looks at.
      const definition = DEFINITIONS[system] as typeof crm;
      const subgraph = await startSubgraph(definition, databases[system].runtime, { port, receiving, log });
      subgraphs.set(system, subgraph);
      urls.set(system, subgraph.url);
    },
    startWorker: async (system) => {
      const given = { system, databaseUrl: databases[system].worker, database: databaseOf(system) };
      running.set(
        system,
        await startTestWorker({
          ...given,
          secrets: eventSecretsOf(system),
          urlOf,
          log,
          schedule,
          copies: DEFINITIONS[system].events?.copies ?? [],
          reconcileEveryMs: NEVER_MS,
          pace: { betweenPagesMs: 1, secondLookAfterMs: 1_000 },
        }),
      );
    },
    stopWorker: async (system) => {
      await running.get(system)?.();
      running.delete(system);
    },
    settled: () => company.becomes(async () => (await countUnsettled(opened)).length === 0),
    becomes: async (isSo) => {
      if (await isTrueWithin(isSo, PATIENCE_MS)) return;
      throw new Error(`it did not become so; under way: ${JSON.stringify(await countUnsettled(opened))}`);
    },
    logged: () => lines,
    stop: async () => {
      for (const system of SYSTEM_NAMES) await company.stopWorker(system);
      for (const system of SYSTEM_NAMES) await company.stopSubgraph(system);
      for (const database of opened.values()) await database.destroy();
      for (const system of SYSTEM_NAMES) await databases[system].drop();
    },
  };
  for (const system of SYSTEM_NAMES) await company.startSubgraph(system);
  for (const system of workers) await company.startWorker(system);
  return company;
}

type TestWorker = Parameters<typeof startDelivering>[0];

async function startTestWorker(options: TestWorker): Promise<() => Promise<void>> {
  const delivery: { onNotice?: () => void } = {};
  const { databaseUrl } = options;
  const never = new AbortController().signal;
  const onForeignLead = (role: string) => options.log.error({ role }, 'another role has the lead');
  const notice = { onNotice: () => delivery.onNotice?.(), onForeignLead, stop: never, betweenTriesMs: 20 };
  const lead = must(await takeTheLead({ databaseUrl, ...notice }));
  const delivering = await startDelivering(options);
  delivery.onNotice = delivering.onNotice;
  return async () => {
    await delivering.stop();
    await lead.release();
  };
}

/** What is waiting or tried again; dead letters are settled as far as delivery goes. */
async function countUnsettled(databases: ReadonlyMap<SystemName, Database>): Promise<readonly object[]> {
  const counts = [...databases].map(async ([system, database]) => {
    const { unrelayed, deliveries } = await countEvents(database);
    const open = ({ waiting, retrying }: EventCounts) => waiting + retrying > 0;
    return unrelayed > 0 || deliveries.some(open) ? [{ system, unrelayed, deliveries }] : [];
  });
  return (await Promise.all(counts)).flat();
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
