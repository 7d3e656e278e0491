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
}

/** Throws one Error whose message lists what is wrong. */
export function readSettings(system: SystemName, environment: Readonly<NodeJS.ProcessEnv>): SubgraphSettings {
  const databaseVariable = `${system.toUpperCase()}_DATABASE_URL`;
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
  });
  const result = shape.safeParse({ ...environment, databaseUrl: environment[databaseVariable] });
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `${issue.path.join('.').replace('databaseUrl', databaseVariable)} ${issue.message}`,
    );
    throw new Error(`the ${system} subgraph cannot start:\n  ${problems.join('\n  ')}`);
  }
  const { HOST, PORT, databaseUrl, CALLER_KEYS_FILE, LOG_LEVEL } = result.data;
  return { host: HOST, port: PORT, databaseUrl, callerKeysFile: CALLER_KEYS_FILE, logLevel: LOG_LEVEL };
}
