/**
 * What the environment tells a system's worker. Every mistake is reported at once, in a sentence that names the
 * variable.
 */

import { z } from 'zod';

import { host, httpUrl, inDigits, logLevel, port, postgresUrl } from '../environment-types.ts';
import { isSystemName, OWNERSHIP, type SystemName } from '../../../schema/ownership.ts';

export interface WorkerSettings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Which variable said so. */
  readonly databaseVariable: string;
  readonly eventKeysFile: string;
  readonly logLevel: string;
  readonly urlOf: (system: SystemName) => string;
  /** Between two comparisons of the copies with their owners. */
  readonly reconcileEveryMs: number;
}

const MS_PER_HOUR = 3_600_000;

const SHARED = {
  HOST: host,
  PORT: inDigits(port.default(0)),
  EVENT_KEYS_FILE: z
    .string('must be set: the JWKS file with the secrets of webhooks')
    .min(1, 'must name a file'),
  RECONCILE_EVERY_HOURS: inDigits(
    z
      .number('must be a number of hours')
      .min(0.01, 'must be 0.01 to 744')
      .max(744, 'must be 0.01 to 744')
      .default(24),
  ),
  LOG_LEVEL: logLevel,
};

/** Throws one Error whose message lists what is wrong. */
export function readWorkerSettings(
  system: SystemName,
  environment: Readonly<NodeJS.ProcessEnv>,
): WorkerSettings {
  const others = Object.keys(OWNERSHIP)
    .filter(isSystemName)
    .filter((other) => other !== system);
  const own = databaseVariable(system, environment);
  const shape = z.object({
    ...SHARED,
    [own]: postgresUrl(
      `must be set: the postgres:// URL of the ${system}'s database, with the worker's own login`,
    ),
    ...Object.fromEntries(
      others.map((other) => [
        urlVariable(other),
        httpUrl(`must be set: the http or https URL where the subgraph of ${other} listens`),
      ]),
    ),
  });
  const result = shape.safeParse(environment);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`the ${system} worker cannot start:\n  ${problems.join('\n  ')}`);
  }
  const { HOST, PORT, EVENT_KEYS_FILE, LOG_LEVEL, RECONCILE_EVERY_HOURS } = result.data;
  return {
    host: HOST,
    port: PORT,
    databaseUrl: environment[own] ?? '',
    databaseVariable: own,
    eventKeysFile: EVENT_KEYS_FILE,
    logLevel: LOG_LEVEL,
    reconcileEveryMs: RECONCILE_EVERY_HOURS * MS_PER_HOUR,
    urlOf: (other) => environment[urlVariable(other)] ?? '',
  };
}

/** The subgraph's only where there is none for the worker, and one login has the rights of both. */
function databaseVariable(system: SystemName, environment: Readonly<NodeJS.ProcessEnv>): string {
  const [own, shared] = [
    `${system.toUpperCase()}_WORKER_DATABASE_URL`,
    `${system.toUpperCase()}_DATABASE_URL`,
  ];
  const isShared = environment[own] === undefined && environment[shared] !== undefined;
  return isShared ? shared : own;
}

function urlVariable(system: SystemName): string {
  return `${system.toUpperCase()}_SUBGRAPH_URL`;
}
