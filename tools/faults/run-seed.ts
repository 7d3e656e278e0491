/**
 * One run of one seed: clients write while connections break and processes are killed; then it is calm, everybody is
 * told what came of their writes, and the databases are compared with it. Knows no command line.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { signDevelopmentToken } from '../development-token.ts';
import { seededRandom } from '../seed/seeded-random.ts';
import { isTrueWithin } from '../state/running-process.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import { checkBooks, type BooksBaseline } from './check-books.ts';
import { findUndelivered } from './check-copies.ts';
import { checkModels, checkWrites, type WriteFindings } from './check-writes.ts';
import { ClientModel } from './client-model.ts';
import type { FaultCompany } from './fault-company.ts';
import type { Write } from './journal.ts';
import { planKills } from './plan-faults.ts';
import { readCart, readCustomers, readVariants, type CompanyReader } from './read-company.ts';
import { runClient } from './run-client.ts';
import { reportOf, type SeedReport } from './seed-report.ts';
import { kindOf, type WriteName } from './write-kinds.ts';

export interface SeedSetup {
  readonly company: FaultCompany;
  readonly seed: number;
  /** Tells this run's writes from those of an earlier run of the same seed. */
  readonly runName: string;
  /** What was true of the books before the first run. */
  readonly books: BooksBaseline;
  readonly stop: AbortSignal;
}

const CLIENTS = 4;
const WRITES_PER_CLIENT = 8;
const ATTEMPT_TIMEOUT_MS = 5_000;
/** Whoever has not been told by then is told in the calm. */
const STORM_MS = 12_000;
const TOLD_WITHIN_MS = 30_000;
const SETTLES_WITHIN_MS = 40_000;

export async function runSeed(setup: SeedSetup): Promise<SeedReport> {
  const { company, seed, runName, stop } = setup;
  const prefix = `f-${runName}-${seed}-`;
  const struckBefore = company.struck();
  const models = await makeModels(company.reader, seed);
  const giveUp = new AbortController();
  const storm = startStorm(setup);
  const clients = models.map((model, index) =>
    runClient({
      name: `${prefix}${index + 1}`,
      url: company.endpoint,
      writes: WRITES_PER_CLIENT,
      model,
      random: seededRandom(`${seed}/client/${index}`),
      tokenFor: tokensOf(company, `client-${index + 1}`),
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      onAttempt: storm.onAttempt,
      giveUp: giveUp.signal,
    }),
  );
  const all = Promise.all(clients);
  await Promise.race([all, pause(STORM_MS, undefined, { ref: false }), whenAborted(stop)]);
  const kills = await storm.end();
  await Promise.race([all, pause(TOLD_WITHIN_MS, undefined, { ref: false }), whenAborted(stop)]);
  giveUp.abort();
  const journal = (await all).flat();
  stop.throwIfAborted();
  const findings = await compare(setup, prefix, journal, models);
  return reportOf({ seed, journal, findings, kills, struckBefore, struck: company.struck() });
}

async function compare(
  { company, books }: SeedSetup,
  prefix: string,
  journal: readonly Write[],
  models: readonly ClientModel[],
): Promise<WriteFindings> {
  const { reader } = company;
  const unsettled = await settle(reader);
  const writes = await checkWrites(reader, prefix, journal);
  const problems = [
    ...company.processes.flatMap((process) => process.takeDeaths()),
    ...unsettled,
    ...writes.problems,
    ...(await checkModels(reader, models)),
    ...(await checkBooks(reader, books)),
  ];
  return { ...writes, problems };
}

async function makeModels(reader: CompanyReader, seed: number): Promise<readonly ClientModel[]> {
  const random = seededRandom(`${seed}/customers`);
  const variants = await readVariants(reader);
  const customers = random.shuffle(await readCustomers(reader)).slice(0, CLIENTS);
  const models: ClientModel[] = [];
  for (const [index, customerId] of customers.entries()) {
    const cart = await readCart(reader, customerId);
    models.push(new ClientModel(customerId, { variants, cart }, seededRandom(`${seed}/model/${index}`)));
  }
  return models;
}

interface Storm {
  readonly onAttempt: () => void;
  /** Calm returns; gives how many were killed, once all are back. */
  readonly end: () => Promise<number>;
}

function startStorm({ company, seed }: SeedSetup): Storm {
  const due = [...planKills(seed, company.processes.length, CLIENTS * WRITES_PER_CLIENT)];
  const killing: Promise<void>[] = [];
  let attempts = 0;
  let isOver = false;
  company.break(seed);
  const kill = async (index: number, delayMs: number): Promise<void> => {
    await pause(delayMs);
    if (!isOver) await company.processes[index]?.kill();
  };
  return {
    onAttempt: () => {
      attempts += 1;
      for (const next of due.filter(({ afterAttempts }) => afterAttempts === attempts))
        killing.push(kill(next.process, next.delayMs));
    },
    end: async () => {
      isOver = true;
      company.calm();
      await Promise.all(killing);
      return killing.length;
    },
  };
}

/** Nothing may be under way when the databases are read: no request that its client gave up, no news to be told. */
async function settle(reader: CompanyReader): Promise<readonly string[]> {
  const unsettled = async () => [...(await findOpen(reader)), ...(await findUndelivered(reader))];
  const hasSettled = await isTrueWithin(async () => (await unsettled()).length === 0, SETTLES_WITHIN_MS);
  return hasSettled ? [] : unsettled();
}

/** Workers look after their queues all the time; what they have not done yet, the queues tell. */
async function findOpen(reader: CompanyReader): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const system of SYSTEM_NAMES) {
    const open = await reader.rows(
      system,
      `select application_name, state, query from pg_stat_activity where datname = current_database()
       and xact_start is not null and application_name = 'tributary-' || $1`,
      [system],
    );
    sentences.push(...open.map((row) => `a transaction of ${system} stays open: ${JSON.stringify(row)}`));
  }
  return sentences;
}

function tokensOf(company: FaultCompany, subject: string): (write: WriteName) => Promise<string> {
  const tokens = new Map<string, Promise<string>>();
  return (write) => {
    const { role } = kindOf(write);
    const token =
      tokens.get(role) ?? signDevelopmentToken(company.keys.issuer, { subject, role, lifetimeMinutes: 60 });
    tokens.set(role, token);
    return token;
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
