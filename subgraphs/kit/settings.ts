/**
 * What the environment tells a subgraph's process. Every mistake is reported at once, in a sentence that names the
 * variable.
 */

import { z } from 'zod';

import type { SystemName } from '../../schema/ownership.ts';

export interface SubgraphSettings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly callerKeysFile: string;
  readonly logLevel: string;
  /** A second permissions file that is asked beside the live one. */
  readonly dryRunFile?: string | undefined;
  /** Where verdicts on sensitive fields are written. */
  readonly decisionLogFile?: string | undefined;
}

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
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number('must be a port number').int('must be a port number').min(0).max(65_535).default(0),
    databaseUrl: z
      .string(`must be set: the postgres:// URL of the ${system}'s database`)
      .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
    CALLER_KEYS_FILE: z
      .string('must be set: the JWKS file with the keys that prove the gateway')
      .min(1, 'must not be empty'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    dryRunFile: z.string().min(1, 'must name a file').optional(),
    decisionLogFile: z.string().min(1, 'must name a file').optional(),
  });
  const result = shape.safeParse({ ...environment, ...Object.fromEntries(own) });
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => {
      const setting = path.join('.');
      return `${variables[setting] ?? setting} ${message}`;
    });
    throw new Error(`the ${system} subgraph cannot start:\n  ${problems.join('\n  ')}`);
  }
  const {
    HOST: host,
    PORT: port,
    CALLER_KEYS_FILE: callerKeysFile,
    LOG_LEVEL: logLevel,
    ...files
  } = result.data;
  return { host, port, callerKeysFile, logLevel, ...files };
}
