/**
 * The log of a system's processes: pino, with what was thrown told so that it can be found and holds no row of data.
 * A database quotes values in its errors; they stay there.
 */

import { pino, type DestinationStream, type Logger } from 'pino';

import { logOutput } from '../../../schema/contract/log-output.ts';
import { quotable } from '../../../schema/contract/quotable.ts';

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
}

/** Without a destination it writes to standard output. */
export function createLogger({ name, level }: LoggerOptions, destination?: DestinationStream): Logger {
  const settings = {
    name,
    level,
    // As the gateway writes them: one search finds the lines of all processes.
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeFault },
  };
  return pino(settings, destination ?? logOutput((lines) => lineOfLost(name, lines)));
}

/** As pino writes it. */
function lineOfLost(name: string, lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'error', time, name, lines, msg: 'log lines were lost' })}\n`;
}

/** Names of things, never their contents: what PostgreSQL says beside its message (detail, where) is left out. */
const NAMES = ['code', 'schema', 'table', 'column', 'constraint', 'dataType', 'routine', 'syscall'] as const;
const FRAME = /^\s+at .*$/gm;
const DEEPEST = 5;

function describeFault(thrown: unknown, depth = 1): unknown {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const named = NAMES.flatMap((name) => {
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
  });
  const { name: type, message, stack = '', cause } = thrown;
  return {
    type,
    message: quotable(message),
    ...Object.fromEntries(named),
    stack: (stack.match(FRAME) ?? []).join('\n'),
    ...(cause instanceof Error && depth < DEEPEST ? { cause: describeFault(cause, depth + 1) } : {}),
  };
}
