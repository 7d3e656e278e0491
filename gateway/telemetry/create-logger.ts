/**
 * The log: one JSON line per fact on standard output, with what must never be written cut out.
 * Redaction is the second line of defence; the first is that no room passes a token, a variable or a row of data.
 */

import { pino, type DestinationStream, type Logger } from 'pino';

import type { Config } from '../config/options.ts';

export type { Logger } from 'pino';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'accessToken',
  'secret',
  'password',
  'variables',
];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) =>
  ['', '*.', '*.*.'].map((parents) => `${parents}["${name}"]`),
);

/** Without a destination it writes to standard output. */
export function createLogger(options: Config['log'], destination?: DestinationStream): Logger {
  const settings = {
    level: options.level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS.map((path) => path.replace('.[', '[')), censor: '[redacted]' },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

/** What a log line may say of something thrown: its kind and the chain of causes, never a stack of data. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no Error was thrown';
  const own = `${error.name}: ${error.message}`.slice(0, 500);
  return error.cause instanceof Error ? `${own}, because of ${describeError(error.cause)}` : own;
}
