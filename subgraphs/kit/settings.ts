/**
 * What the environment tells a subgraph's process. Every mistake is reported at once, in a sentence that names the
 * variable.
 */

import { z } from 'zod';

import { TLS_VERSIONS, type TlsFiles } from '../../schema/contract/serve-tls.ts';
import type { StoppingTimes } from '../../schema/contract/stop-serving.ts';
import type { SystemName } from '../../schema/ownership.ts';
import { host, inDigits, logLevel, port, postgresUrl } from './environment-types.ts';
import { SHORTEST_RETENTION_DAYS } from './forget-keys.ts';
import type { CallerKeySource } from './caller-keys.ts';

export interface SubgraphSettings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly callerKeys: CallerKeySource;
  readonly logLevel: string;
  readonly stopping: StoppingTimes;
  /** Undefined for plain HTTP. */
  readonly tls: TlsFiles | undefined;
  /** How long the answer of a mutation is kept under its idempotency key. */
  readonly idempotencyRetentionDays: number;
  /** A second permissions file that is asked beside the live one. */
  readonly dryRunFile?: string | undefined;
  /** Where verdicts on sensitive fields are written. */
  readonly decisionLogFile?: string | undefined;
  /** The secrets of those who report events; without it none are heard. */
  readonly eventKeysFile?: string | undefined;
  readonly webhookToleranceMs: number;
  /** How many subscriptions may be open at a time. */
  readonly mostStreams: number;
  /** Where Prometheus reads; undefined: nowhere. */
  readonly metricsDoor: { readonly host: string; readonly port: number } | undefined;
}

const RETENTION = `must be a number of days from ${SHORTEST_RETENTION_DAYS} to 365`;
/** More than a timer can wait for would not be waited for at all. */
const LONGEST_STOP_MS = 24 * 3_600_000;
const milliseconds = z
  .number('must be a number')
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(LONGEST_STOP_MS, `must be at most ${LONGEST_STOP_MS}, a day`);
const file = z.string().min(1, 'must name a file').optional();

/** The same in every system. */
const SHARED = {
  HOST: host,
  PORT: inDigits(port.default(0)),
  CALLER_KEYS_FILE: file,
  EVENT_KEYS_FILE: file,
  WEBHOOK_TOLERANCE_S: inDigits(
    z
      .number('must be a number of seconds')
      .min(1, 'must be 1 to 3600')
      .max(3_600, 'must be 1 to 3600')
      .default(300),
  ),
  CALLER_KEYS: z.string().min(1, 'must not be empty').optional(),
  TLS_CERT_FILE: file,
  TLS_KEY_FILE: file,
  TLS_CLIENT_CA_FILE: file,
  TLS_CLIENT_NAMES: z.string().default(''),
  TLS_MIN_VERSION: z.enum(TLS_VERSIONS, `must be one of ${TLS_VERSIONS.join(', ')}`).default('TLSv1.2'),
  IDEMPOTENCY_RETENTION_DAYS: inDigits(
    z.number(RETENTION).int(RETENTION).min(SHORTEST_RETENTION_DAYS, RETENTION).max(365, RETENTION).default(7),
  ),
  /** How long it goes on accepting after a signal to stop, while /ready answers 503. */
  DRAIN_DELAY_MS: inDigits(milliseconds.default(500)),
  /** How long running requests may take to finish after that; then their transactions are rolled back. */
  SHUTDOWN_GRACE_MS: inDigits(milliseconds.default(10_000)),
  MAX_SUBSCRIPTIONS: inDigits(
    z
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be 1 to 100000')
      .max(100_000, 'must be 1 to 100000')
      .default(5_000),
  ),
  /** A door of its own for Prometheus; without it there is none. */
  METRICS_PORT: inDigits(port.optional()),
  METRICS_HOST: host,
  LOG_LEVEL: logLevel,
};

type Shared = z.output<z.ZodObject<typeof SHARED>>;

/** Throws one Error whose message lists what is wrong. */
export function readSettings(system: SystemName, environment: Readonly<NodeJS.ProcessEnv>): SubgraphSettings {
  // Each system has its own of these, so that one environment can start all of them.
  const prefix = system.toUpperCase();
  const variables: Readonly<Record<string, string>> = {
    databaseUrl: `${prefix}_DATABASE_URL`,
    dryRunFile: `${prefix}_DRY_RUN_PERMISSIONS`,
    decisionLogFile: `${prefix}_DECISION_LOG_FILE`,
  };
  const own = Object.entries(variables).map(([setting, variable]) => [setting, environment[variable]]);
  const shape = z.object({
    ...SHARED,
    databaseUrl: postgresUrl(`must be set: the postgres:// URL of the ${system}'s database`),
    dryRunFile: file,
    decisionLogFile: file,
  });
  const result = shape.safeParse({ ...environment, ...Object.fromEntries(own) });
  const issues = result.error?.issues ?? [];
  const problems = [
    ...issues.map(({ path, message }) => {
      const setting = path.join('.');
      return `${variables[setting] ?? setting} ${message}`;
    }),
    ...contradictionsIn(environment),
  ];
  if (!result.success || problems.length > 0)
    throw new Error(`the ${system} subgraph cannot start:\n  ${problems.join('\n  ')}`);
  const { databaseUrl, dryRunFile, decisionLogFile } = result.data;
  return { ...sharedOf(result.data), databaseUrl, dryRunFile, decisionLogFile };
}

function sharedOf(given: Shared) {
  return {
    host: given.HOST,
    port: given.PORT,
    logLevel: given.LOG_LEVEL,
    callerKeys: callerKeysOf(given),
    idempotencyRetentionDays: given.IDEMPOTENCY_RETENTION_DAYS,
    stopping: { drainDelayMs: given.DRAIN_DELAY_MS, shutdownGraceMs: given.SHUTDOWN_GRACE_MS },
    eventKeysFile: given.EVENT_KEYS_FILE,
    webhookToleranceMs: given.WEBHOOK_TOLERANCE_S * 1000,
    mostStreams: given.MAX_SUBSCRIPTIONS,
    tls: tlsOf(given),
    metricsDoor:
      given.METRICS_PORT === undefined ? undefined : { host: given.METRICS_HOST, port: given.METRICS_PORT },
  };
}

/** What is right by itself and not beside the others. */
function contradictionsIn(given: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const has = (name: string) => given[name] !== undefined && given[name] !== '';
  const found: readonly (readonly [isFound: boolean, problem: string])[] = [
    [
      !has('CALLER_KEYS_FILE') && !has('CALLER_KEYS'),
      'CALLER_KEYS_FILE must be set: the JWKS file with the keys that prove the gateway',
    ],
    [has('CALLER_KEYS_FILE') && has('CALLER_KEYS'), 'CALLER_KEYS must not be set beside CALLER_KEYS_FILE'],
    [has('TLS_CERT_FILE') !== has('TLS_KEY_FILE'), 'TLS_CERT_FILE and TLS_KEY_FILE go together'],
    [has('TLS_CLIENT_CA_FILE') && !has('TLS_CERT_FILE'), 'TLS_CLIENT_CA_FILE needs TLS_CERT_FILE'],
    [has('TLS_CLIENT_NAMES') && !has('TLS_CLIENT_CA_FILE'), 'TLS_CLIENT_NAMES needs TLS_CLIENT_CA_FILE'],
  ];
  return found.flatMap(([isFound, problem]) => (isFound ? [problem] : []));
}

function callerKeysOf({ CALLER_KEYS_FILE, CALLER_KEYS = '' }: Shared): CallerKeySource {
  return CALLER_KEYS_FILE === undefined ? { text: CALLER_KEYS } : { file: CALLER_KEYS_FILE };
}

function tlsOf(given: Shared): TlsFiles | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_NAMES: names } = given;
  if (certFile === undefined || keyFile === undefined) return undefined;
  const clientNames = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const { TLS_CLIENT_CA_FILE: clientCaFile, TLS_MIN_VERSION: minVersion } = given;
  return { certFile, keyFile, clientCaFile, clientNames, minVersion };
}
