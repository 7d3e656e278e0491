/**
 * The reference company as real processes, with a fault proxy on every connection between them: clients to gateway,
 * gateway to subgraphs, workers to subgraphs, all of these to PostgreSQL. Knows how to start, kill and calm it; nothing
 * of what is written.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { parse, stringify } from 'yaml';

import { isRecord } from '../../gateway/base/is-record.ts';
import type { SystemName } from '../../schema/ownership.ts';
import type { DevelopmentKeys } from '../development-keys.ts';
import { planGateway, planSubgraph, planWorker, type Surroundings } from '../start/company-processes.ts';
import { ownerUrls } from '../start/choose-databases.ts';
import { prepareCompany, type PreparedCompany, type Step } from '../start/prepare-company.ts';
import type { Teardown } from '../start/teardown.ts';
import { CHECKOUT } from '../state/state-folder.ts';
import { bySystem, SYSTEM_NAMES } from '../systems/system-names.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { FaultKind } from './fault.ts';
import { startKillable, type KillableProcess } from './killable-process.ts';
import { CLIENT_LINK, planLink, type LinkKind } from './plan-faults.ts';
import { openReader, type CompanyReader } from './read-company.ts';

export interface FaultCompany {
  /** Through the proxy of the clients. */
  readonly endpoint: string;
  readonly processes: readonly KillableProcess[];
  readonly keys: DevelopmentKeys;
  readonly reader: CompanyReader;
  /** From now on connections break as this seed says. */
  readonly break: (seed: number) => void;
  /** Cuts every connection, and breaks none any more. */
  readonly calm: () => void;
  readonly struck: () => Readonly<Partial<Record<FaultKind, number>>>;
}

interface Link {
  readonly name: string;
  readonly kind: LinkKind;
  readonly proxy: FaultProxy;
}

export interface FaultCompanySetup {
  /** Keeps databases, keys and logs; what is there already is used. */
  readonly folder: string;
  readonly step: Step;
  readonly teardown: Teardown;
}

/** A fault costs as long as the gateway waits for a subgraph that says nothing. */
const SUBGRAPH_TIMEOUT_MS = 1_500;

export async function startFaultCompany({
  folder,
  step,
  teardown,
}: FaultCompanySetup): Promise<FaultCompany> {
  await mkdir(path.join(folder, 'logs'), { recursive: true });
  const environment = { ...process.env, LOG_LEVEL: 'info', TRIBUTARY_HOME: folder };
  const company = await prepareCompany({
    stateFolder: folder,
    environment: {},
    seed: 'small',
    step,
    teardown,
  });
  const surroundings = { stateFolder: folder, environment, onOutput: undefined, onNews: () => undefined };
  const links: Link[] = [];
  const link = async (name: string, kind: LinkKind, url: string): Promise<string> => {
    const { hostname: host, port } = new URL(url);
    const proxy = await startFaultProxy({ host, port: Number(port) });
    teardown.add(proxy.stop);
    links.push({ name, kind, proxy });
    const through = new URL(url);
    through.port = String(proxy.port);
    return through.href;
  };
  const processes: KillableProcess[] = [];
  const run = async (plan: Parameters<typeof startKillable>[0]): Promise<string> => {
    const started = await startKillable(plan);
    teardown.add(started.stop);
    processes.push(started);
    return started.url;
  };
  const gateway = await step('processes', () => startProcesses({ company, surroundings, link, run }));
  const reader = await openReader(ownerUrls(company.databases));
  teardown.add(reader.stop);
  return {
    endpoint: `${(await link(CLIENT_LINK, 'http', gateway)).replace(/\/$/, '')}/graphql`,
    // They have come up in any order, and a seed kills by number.
    processes: processes.sort((left, right) => left.name.localeCompare(right.name)),
    keys: company.keys,
    reader,
    break: (seed) => {
      for (const { name, kind, proxy } of links) proxy.follow(planLink(seed, name, kind));
    },
    calm: () => {
      for (const { proxy } of links) proxy.calm();
    },
    struck: () => sumOf(links.map(({ proxy }) => proxy.struck())),
  };
}

type SystemUrls = Readonly<Record<SystemName, string>>;

interface Starting {
  readonly company: PreparedCompany;
  readonly surroundings: Surroundings;
  readonly link: (name: string, kind: LinkKind, url: string) => Promise<string>;
  readonly run: (plan: Parameters<typeof startKillable>[0]) => Promise<string>;
}

/** Gives the gateway's address. */
async function startProcesses(starting: Starting): Promise<string> {
  const { company, surroundings, link, run } = starting;
  const { keys } = company;
  const direct = await startSubgraphs(starting);
  const subgraphUrls = await linkEach(direct, (system, url) => link(system, 'http', url));
  const toldAt = await linkEach(direct, (system, url) => link(`events-to-${system}`, 'http', url));
  const needs = {
    issuerKeysFile: keys.issuerPublic,
    callerKeysFile: keys.gatewayCaller,
    subgraphUrls,
    port: '0',
  };
  const args = ['--config', await writeGatewayConfig(surroundings.stateFolder)];
  const [gateway] = await Promise.all([
    run({ ...planGateway(needs, surroundings), args }),
    ...SYSTEM_NAMES.map((system) => startWorker(system, toldAt, starting)),
  ]);
  return gateway;
}

async function startSubgraphs({ company, surroundings, link, run }: Starting): Promise<SystemUrls> {
  const { databases, keys } = company;
  return linkEach(databases, async (system, { runtime }) => {
    const databaseUrl = await link(`${system}-database`, 'postgres', runtime);
    const needs = {
      databaseUrl,
      callerKeysFile: keys.subgraphCaller(system),
      eventKeysFile: keys.eventsReceivedBy(system),
      port: '0',
    };
    return run(planSubgraph(system, needs, surroundings));
  });
}

async function startWorker(
  system: SystemName,
  subgraphUrls: SystemUrls,
  { company, surroundings, link, run }: Starting,
): Promise<void> {
  const { databases, keys } = company;
  const databaseUrl = await link(`${system}-worker-database`, 'postgres', databases[system].worker);
  const needs = { databaseUrl, eventKeysFile: keys.eventsSentBy(system), subgraphUrls };
  await run(planWorker(system, needs, surroundings));
}

async function linkEach<Value>(
  values: Readonly<Record<SystemName, Value>>,
  link: (system: SystemName, value: Value) => Promise<string>,
): Promise<SystemUrls> {
  return bySystem(await Promise.all(SYSTEM_NAMES.map((system) => link(system, values[system]))));
}

/** The reference company's own, but for how long a call may take. */
async function writeGatewayConfig(folder: string): Promise<string> {
  const file = path.join(CHECKOUT, 'tools', 'reference-company.gateway.yaml');
  const config: unknown = parse(await readFile(file, 'utf8'));
  if (!isRecord(config) || !isRecord(config['subgraphs'])) throw new Error(`${file} names no subgraphs.`);
  const { defaults } = config['subgraphs'];
  const changed = {
    ...config,
    supergraph: { file: path.join(CHECKOUT, 'schema', 'supergraph.graphql') },
    subgraphs: {
      ...config['subgraphs'],
      defaults: { ...(isRecord(defaults) ? defaults : {}), timeoutMs: SUBGRAPH_TIMEOUT_MS },
    },
  };
  const place = path.join(folder, 'gateway.yaml');
  await writeFile(place, stringify(changed));
  return place;
}

function sumOf(
  counts: readonly Readonly<Partial<Record<FaultKind, number>>>[],
): Readonly<Partial<Record<FaultKind, number>>> {
  const sum: Partial<Record<FaultKind, number>> = {};
  for (const count of counts) {
    // Reason for the cast: Object.entries forgets the key type of a record whose keys are known.
    for (const [kind, number] of Object.entries(count) as [FaultKind, number][])
      sum[kind] = (sum[kind] ?? 0) + number;
  }
  return sum;
}
