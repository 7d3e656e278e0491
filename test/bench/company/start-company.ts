/**
 * This project's own company, as `npm start` brings it up, in a folder of its own: PostgreSQL with made-up data, three
 * subgraphs, and the gateway of each checkout that is measured, with a meter before the subgraphs. Measures nothing.
 */

import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { SystemName } from '../../../schema/ownership.ts';
import { signDevelopmentToken } from '../../../tools/development-token.ts';
import type { CompanySize } from '../../../tools/seed/company.ts';
import { planGateway, planSubgraph, type Surroundings } from '../../../tools/start/company-processes.ts';
import { startProcess, type ManagedProcess, type ProcessPlan } from '../../../tools/start/managed-process.ts';
import { prepareCompany, type PreparedCompany } from '../../../tools/start/prepare-company.ts';
import type { Teardown } from '../../../tools/start/teardown.ts';
import { SYSTEM_NAMES } from '../../../tools/systems/system-names.ts';
import type { RunningGateway } from '../gateways/start-gateway-process.ts';
import { startOwn } from '../measure/start-contest.ts';
import type { BenchProcess } from '../process/bench-process.ts';

export interface CompanyPlan {
  readonly folder: string;
  readonly teardown: Teardown;
  /** Checkouts of Tributary by the names that they have in the table. */
  readonly checkouts: ReadonlyMap<string, string>;
  readonly size: CompanySize;
}

export interface RunningCompany {
  readonly gateways: readonly RunningGateway[];
  readonly meter: BenchProcess;
  readonly subgraphPids: readonly number[];
  readonly databasePid: number;
  readonly databaseAdminUrl: string;
}

type SystemUrls = Readonly<Record<SystemName, string>>;

/** In production a gateway refuses the development issuer. */
const ISSUER = 'https://issuer.bench.example';
/** Longer than any run. */
const TOKEN_LIFETIME_MINUTES = 120;

export async function startCompany(plan: CompanyPlan): Promise<RunningCompany> {
  const { folder, teardown } = plan;
  const stateFolder = path.join(folder, 'company');
  // The server may run as another user, who must get through to its data.
  await chmod(folder, 0o711);
  await mkdir(path.join(stateFolder, 'logs'), { recursive: true });
  const { PATH, HOME } = process.env;
  const environment = { PATH, HOME, NODE_ENV: 'production', ISSUER };
  const surroundings = { stateFolder, environment, onNews: () => undefined, onOutput: undefined };
  const step = <Result>(_name: string, work: () => Promise<Result>) => work();
  const company = await prepareCompany({ stateFolder, environment: {}, seed: plan.size, step, teardown });
  if (company.cluster === undefined) throw new Error('The company has no database of its own.');

  const subgraphs = await Promise.all(
    SYSTEM_NAMES.map(async (system) => {
      const needs = {
        databaseUrl: company.databases[system].runtime,
        callerKeysFile: company.keys.subgraphCaller(system),
        eventKeysFile: company.keys.eventsReceivedBy(system),
        port: '0',
      };
      return { system, process: await start(planSubgraph(system, needs, surroundings), teardown) };
    }),
  );
  const urls = Object.fromEntries(subgraphs.map(({ system, process: { url } }) => [system, url]));
  const meter = await startOwn('call-meter', plan, [JSON.stringify(urls)]);
  // The meter answers this question with an address for each that it was given.
  const meteredUrls = (await meter.ask('urls')) as SystemUrls;
  const gateways: RunningGateway[] = [];
  for (const [name, checkout] of plan.checkouts)
    gateways.push(await startGateway({ name, checkout }, { company, meteredUrls, surroundings, teardown }));
  return {
    gateways,
    meter,
    subgraphPids: subgraphs.map(({ process: running }) => pidOf(running)),
    databasePid: company.cluster.pid,
    databaseAdminUrl: company.cluster.adminUrl,
  };
}

interface GatewayNeeds {
  readonly company: PreparedCompany;
  readonly meteredUrls: SystemUrls;
  readonly surroundings: Surroundings;
  readonly teardown: Teardown;
}

async function startGateway(
  { name, checkout }: { readonly name: string; readonly checkout: string },
  { company: { keys }, meteredUrls, surroundings, teardown }: GatewayNeeds,
): Promise<RunningGateway> {
  const plan = planGateway(
    {
      issuerKeysFile: keys.issuerPublic,
      callerKeysFile: keys.gatewayCaller,
      subgraphUrls: meteredUrls,
      port: '0',
    },
    surroundings,
  );
  const running = await start(
    {
      ...plan,
      logFile: path.join(path.dirname(plan.logFile), `${name}.log`),
      file: path.join(checkout, 'gateway/main.ts'),
      args: ['--config', path.join(checkout, 'tools/reference-company.gateway.yaml')],
    },
    teardown,
  );
  const claims = {
    subject: 'bench',
    role: 'auditor',
    lifetimeMinutes: TOKEN_LIFETIME_MINUTES,
    issuer: ISSUER,
  } as const;
  const authorization = `Bearer ${await signDevelopmentToken(keys.issuer, claims)}`;
  return { name, url: `${running.url}/graphql`, pid: pidOf(running), headers: { authorization } };
}

async function start(plan: ProcessPlan, teardown: Teardown): Promise<ManagedProcess> {
  const running = await startProcess(plan);
  teardown.add(running.stop);
  return running;
}

function pidOf(running: ManagedProcess): number {
  const pid = running.pid();
  if (pid === undefined) throw new Error('A process of the company has ended.');
  return pid;
}
