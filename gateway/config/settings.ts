/**
 * The few options that can be set without a file, by flag or environment variable; a flag beats the environment,
 * the environment beats the file. Knows no default and no option's meaning.
 */

import { parseArgs } from 'node:util';

import { isRecord } from '../base/is-record.ts';
import type { Environment } from './expand-environment.ts';

interface Setting {
  readonly option: readonly [group: string, name: string];
  /** Undefined for what must not be read by everybody who lists the processes. */
  readonly flag?: string;
  readonly variable: string;
  readonly isNumber?: true;
}

export const SETTINGS: readonly Setting[] = [
  { option: ['supergraph', 'file'], flag: 'supergraph', variable: 'SUPERGRAPH_PATH' },
  { option: ['server', 'port'], flag: 'port', variable: 'PORT', isNumber: true },
  { option: ['server', 'host'], flag: 'host', variable: 'HOST' },
  { option: ['store', 'redisUrl'], variable: 'REDIS_URL' },
];

const FLAGS = SETTINGS.flatMap(({ flag }) => flag ?? []);
const PLACES = ['config', ...FLAGS].map((flag) => `[--${flag} …]`).join(' ');
const USAGE = `Usage: npm run gateway -- ${PLACES}; gateway/config/REFERENCE.md has all options.`;

/** Undefined where nobody asks how the gateway is started. */
export function usageAsked(flags: readonly string[]): string | undefined {
  return flags.some((flag) => flag === '--help' || flag === '-h') ? USAGE : undefined;
}

export interface GivenSetting {
  readonly option: readonly [group: string, name: string];
  readonly value: unknown;
  /** What a person wrote, to name in a problem: `--port` or `PORT`. */
  readonly place: string;
}

export interface CommandLine {
  readonly configFile: string | undefined;
  readonly given: readonly GivenSetting[];
  readonly problems: readonly string[];
}

export function readSettings(flags: readonly string[], environment: Environment): CommandLine {
  const { values, problems } = parseFlags(flags);
  const given = SETTINGS.flatMap((setting): GivenSetting[] => {
    const fromFlag = setting.flag === undefined ? undefined : values[setting.flag];
    const value = fromFlag ?? nonEmpty(environment[setting.variable]);
    if (value === undefined) return [];
    const place = fromFlag === undefined ? setting.variable : `--${setting.flag}`;
    return [{ option: setting.option, value: setting.isNumber ? numberOf(value) : value, place }];
  });
  return { configFile: values['config'] ?? nonEmpty(environment['TRIBUTARY_CONFIG']), given, problems };
}

interface ParsedFlags {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly string[];
}

function parseFlags(flags: readonly string[]): ParsedFlags {
  const text = { type: 'string' } as const;
  try {
    const options = { config: text, ...Object.fromEntries(FLAGS.map((flag) => [flag, text])) };
    // parseArgs cannot know the names that are computed here; each of them is declared to take text.
    const values = parseArgs({ args: [...flags], options }).values as ParsedFlags['values'];
    return { values, problems: [] };
  } catch (error) {
    const message = isRecord(error) ? String(error['message']) : '';
    const [problem] = message.split('. ');
    return { values: {}, problems: [`The command line is wrong: ${problem}. ${USAGE}`] };
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** What is no number stays text, so that the schema refuses it by name. */
function numberOf(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value;
}
