/**
 * How the company's server processes are started: which file, which flags, and what each may know. A process gets the
 * secrets that it needs and none of the others.
 */

import path from 'node:path';
import type { SystemName } from '../../schema/ownership.ts';
import { CHECKOUT } from '../state/state-folder.ts';
import { databaseVariable } from './choose-databases.ts';
import type { ProcessPlan } from './managed-process.ts';

/** What is the same for every process. */
export interface Surroundings {
  readonly stateFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Shows the processes' logs in the terminal too. */
  readonly onOutput: ProcessPlan['onOutput'];
  readonly onNews: ProcessPlan['onNews'];
}

export interface SubgraphNeeds {
  readonly databaseUrl: string;
  readonly callerKeysFile: string;
  readonly eventKeysFile: string;
  readonly port: string;
}

export interface WorkerNeeds {
  readonly databaseUrl: string;
  readonly eventKeysFile: string;
  readonly subgraphUrls: Readonly<Record<SystemName, string>>;
}

export interface GatewayNeeds {
  readonly issuerKeysFile: string;
  readonly callerKeysFile: string;
  readonly subgraphUrls: Readonly<Record<SystemName, string>>;
  /** For the console; without it nobody is offered tokens there. */
  readonly tokenDeskUrl?: string;
  readonly port: string;
}

/** The whole company has to fit on a laptop. Without these V8 lets a young heap grow long before it cleans up. */
const SUBGRAPH_HEAP = ['--max-semi-space-size=2', '--max-old-space-size=192'];
const WORKER_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=96'];
const GATEWAY_FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=16',
  '--heap-growing-percent=100',
  '--no-allocation-site-pretenuring',
  '--invocation-count-for-turbofan=1000',
];

export function planSubgraph(
  system: SystemName,
  needs: SubgraphNeeds,
  surroundings: Surroundings,
): ProcessPlan {
  return {
    ...planProcess(system, surroundings),
    file: path.join(CHECKOUT, 'subgraphs', system, 'main.ts'),
    nodeFlags: SUBGRAPH_HEAP,
    environment: {
      ...withoutSecrets(surroundings),
      PORT: needs.port,
      HOST: '127.0.0.1',
      [databaseVariable(system, 'runtime')]: needs.databaseUrl,
      CALLER_KEYS_FILE: needs.callerKeysFile,
      EVENT_KEYS_FILE: needs.eventKeysFile,
    },
  };
}

export function planWorker(system: SystemName, needs: WorkerNeeds, surroundings: Surroundings): ProcessPlan {
  return {
    ...planProcess(`${system}-worker`, surroundings),
    file: path.join(CHECKOUT, 'subgraphs', system, 'worker.ts'),
    nodeFlags: WORKER_HEAP,
    environment: {
      ...withoutSecrets(surroundings),
      ...urlVariables(needs.subgraphUrls),
      PORT: '0',
      HOST: '127.0.0.1',
      [databaseVariable(system, 'worker')]: needs.databaseUrl,
      EVENT_KEYS_FILE: needs.eventKeysFile,
    },
  };
}

export function planGateway(needs: GatewayNeeds, surroundings: Surroundings): ProcessPlan {
  return {
    ...planProcess('gateway', surroundings),
    file: path.join(CHECKOUT, 'gateway', 'main.ts'),
    args: ['--config', path.join(CHECKOUT, 'tools', 'reference-company.gateway.yaml')],
    nodeFlags: GATEWAY_FLAGS,
    environment: {
      ...withoutSecrets(surroundings),
      PORT: needs.port,
      ...urlVariables(needs.subgraphUrls),
      ISSUER_JWKS_FILE: needs.issuerKeysFile,
      CALLER_KEYS_FILE: needs.callerKeysFile,
      CONSOLE_TOKEN_DESK: needs.tokenDeskUrl ?? '',
    },
  };
}

function urlVariables(urls: GatewayNeeds['subgraphUrls']): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(urls).map(([system, url]) => [`${system.toUpperCase()}_SUBGRAPH_URL`, url]),
  );
}

function planProcess(
  name: string,
  surroundings: Surroundings,
): Pick<ProcessPlan, 'name' | 'logFile' | 'onNews' | 'onOutput'> {
  const { onOutput, onNews, stateFolder } = surroundings;
  return { name, onNews, onOutput, logFile: path.join(stateFolder, 'logs', `${name}.log`) };
}

/** Everything but other processes' databases; with the compile cache that `run.js` fills. */
function withoutSecrets({ environment, stateFolder }: Surroundings): NodeJS.ProcessEnv {
  const known = Object.entries(environment).filter(([name]) => !name.endsWith('DATABASE_URL'));
  return { ...Object.fromEntries(known), NODE_COMPILE_CACHE: path.join(stateFolder, 'compile-cache') };
}
