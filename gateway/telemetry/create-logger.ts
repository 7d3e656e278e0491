/**
 * The log: one JSON line per fact on standard output, with what must never be written cut out. Knows no fact.
 */

import { pino, type DestinationStream, type Logger } from 'pino';

import { logOutput } from '../../schema/contract/log-output.ts';
import { quotable } from '../../schema/contract/quotable.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { Config } from '../config/options.ts';
import { redactSecrets } from './redact-secrets.ts';

export type { Logger } from 'pino';

/** Without a destination it writes to standard output. */
export function createLogger(options: Pick<Config['log'], 'level'>, destination?: DestinationStream): Logger {
  const settings = {
    level: options.level,
    base: {},
    timestamp: timeOfLine,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
  };
  return pino(settings, destination ?? standardOutput());
}

/** The second in which lines were written last: its part of their time is made once. */
const lately = { second: -1, text: '' };

/** As pino puts it into a line, in ISO 8601. */
function timeOfLine(): string {
  const nowMs = Date.now();
  const second = Math.floor(nowMs / 1_000);
  if (second !== lately.second) {
    lately.second = second;
    lately.text = `,"time":"${new Date(nowMs).toISOString().slice(0, -'000Z'.length)}`;
  }
  return `${lately.text}${String(nowMs % 1_000).padStart(3, '0')}Z"`;
}

/** Where lines may wait, also before they are made. */
interface PatientDestination extends DestinationStream {
  readonly writeLater: (make: () => string) => void;
}

const MOST_WAITING = 64;
const LONGEST_WAIT_MS = 200;

/**
 * A write for every line would be a sixth of the work of a small request, and to make the lines one by one, between
 * everything else that a processor's caches have to hold, a twentieth. They wait for others, a fifth of a second at most;
 * whoever ends the process writes what waits, and only SIGKILL loses it.
 */
function standardOutput(): PatientDestination {
  const output = logOutput(lineOfLost);
  let waiting: (() => string)[] = [];
  const flush = () => {
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) output.write(lines.map((make) => make()).join(''));
  };
  const writeLater = (make: () => string) => {
    waiting.push(make);
    if (waiting.length >= MOST_WAITING) flush();
  };
  setInterval(flush, LONGEST_WAIT_MS).unref();
  process.on('exit', flush);
  return { write: (line) => writeLater(() => line), writeLater };
}

function lineOfLost(lines: number): string {
  return `{"level":"error"${timeOfLine()},"lines":${lines},"msg":"log lines were lost"}\n`;
}

export type TellFacts = (facts: JsonObject) => void;

/**
 * Writes the line that `log.info(facts, message)` would, at a fraction of the cost: for what comes with every request.
 * Nobody may change the facts afterwards.
 */
export function lineTeller(log: Logger, message: string): TellFacts {
  // Reason for the cast: pino's types name the symbol, but not what is there.
  const stream = (log as unknown as Record<symbol, DestinationStream | PatientDestination>)[
    pino.symbols.streamSym
  ];
  if (stream === undefined) throw new Error('a logger without a destination');
  const bindings = inside(log.bindings());
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  return (facts) => {
    if (!log.isLevelEnabled('info')) return;
    const time = timeOfLine();
    const make = () => `{"level":"info"${time}${bindings}${inside(redactSecrets(facts))}${end}`;
    if ('writeLater' in stream) stream.writeLater(make);
    else stream.write(make());
  };
}

/** What stands between the braces, after a comma. */
function inside(facts: JsonObject): string {
  const text = JSON.stringify(facts);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

/** pino wants an object that it may change; it only reads it. */
function redact(facts: Record<string, unknown>): Record<string, unknown> {
  return { ...redactSecrets(facts) };
}

/** What a log line may say of something thrown: its kind and the chain of causes, never a stack, never a value. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no Error was thrown';
  const own = error.message === '' ? error.name : quotable(`${error.name}: ${error.message}`);
  const because = causesOf(error).map(describeError);
  return because.length === 0 ? own : `${own}, because of ${because.join(', and of ')}`;
}

/** A host with several addresses that all refuse says why for each of them, and nothing of its own. */
const MOST_CAUSES = 4;

function causesOf(error: Error): Error[] {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return causes.filter((cause) => cause instanceof Error).slice(0, MOST_CAUSES);
}
