/**
 * The log: one JSON line per fact on standard output, with what must never be written cut out. Knows no fact.
 */

import { pino, type DestinationStream, type Logger } from 'pino';

import type { Config } from '../config/options.ts';

import { quotable } from '../../schema/contract/quotable.ts';
import { redactSecrets } from './redact-secrets.ts';

export type { Logger } from 'pino';

/** Without a destination it writes to standard output. */
export function createLogger(options: Pick<Config['log'], 'level'>, destination?: DestinationStream): Logger {
  const settings = {
    level: options.level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
  };
  return pino(settings, destination ?? standardOutput());
}

/**
 * A write for every line would be a sixth of the work of a small request. Lines wait for others, a fifth of a second
 * at most; whoever ends the process writes what waits, and only SIGKILL loses it.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, minLength: 12_288, periodicFlush: 200 });
  process.on('exit', () => output.flushSync());
  return output;
}

/** pino wants an object that it may change; it only reads it. */
function redact(facts: Record<string, unknown>): Record<string, unknown> {
  return { ...redactSecrets(facts) };
}

/** What a log line may say of something thrown: its kind and the chain of causes, never a stack, never a value. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no Error was thrown';
  const own = quotable(`${error.name}: ${error.message}`);
  return error.cause instanceof Error ? `${own}, because of ${describeError(error.cause)}` : own;
}
