/**
 * The gateway's options from file, environment and command line, checked as a whole: either every option is right
 * or the start is refused with every mistake named. Knows the layers and their order, not what options mean.
 */

import { z } from 'zod';

import { DEVELOPMENT_ISSUER } from '../../schema/contract/development-issuer.ts';
import { readTraceEnvironment } from '../../schema/contract/trace-environment.ts';
import { isRecord } from '../base/is-record.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Environment } from './expand-environment.ts';
import { explainIssue, isEcho, type Places } from './explain-issue.ts';
import { optionsSchema, type Config } from './options.ts';
import { readConfigFile } from './read-config-file.ts';
import { readSettings, SETTINGS, type CommandLine, type GivenSetting } from './settings.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * `flags` are the arguments after the program's name. There is no default file: without `--config` or
 * TRIBUTARY_CONFIG only flags and environment count. Throws StartRefused.
 */
export function readConfig(flags: readonly string[], environment: Environment): Config {
  const commandLine = readSettings(flags, environment);
  const { configFile } = commandLine;
  const file = configFile === undefined ? undefined : readConfigFile(configFile, environment);
  const problems = [...commandLine.problems, ...(file?.problems ?? [])];
  // Of a layer that cannot be read every option would look missing.
  if (file?.values === undefined && problems.length > 0) throw new StartRefused(problems);
  const values = commandLine.given.reduce(
    withSetting,
    withDefaults({ supergraph: {}, ...file?.values }, environment),
  );
  const result = optionsSchema.safeParse(values, { reportInput: true });
  if (result.success) problems.push(...dangersIn(result.data, environment));
  if (result.success && problems.length === 0) return result.data;
  const places = placesOf(commandLine, values);
  const issues = (result.error?.issues ?? []).filter((issue, _index, all) => !isEcho(issue, all));
  throw new StartRefused([...problems, ...issues.flatMap((issue) => explainIssue(issue, places))]);
}

/** The defaults that hang on the environment, under what the file says. */
function withDefaults(values: Values, environment: Environment): Values {
  const traced = withGroup(values, 'traces', tracesFromEnvironment(environment));
  if (environment['NODE_ENV'] !== 'production') return traced;
  return Object.entries(IN_PRODUCTION).reduce(
    (filled: Values, [group, defaults]) => withGroup(filled, group, defaults),
    traced,
  );
}

function withGroup(values: Values, group: string, defaults: Values): Values {
  const { [group]: given = {} } = values;
  return isRecord(given) ? { ...values, [group]: { ...defaults, ...given } } : values;
}

/** By the standard variables of OpenTelemetry. */
function tracesFromEnvironment(environment: Environment): Values {
  const { endpoint, sampleRatio, serviceName } = readTraceEnvironment(environment);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(sampleRatio === undefined ? {} : { sampleRatio }),
    ...(serviceName === undefined ? {} : { serviceName }),
  };
}

const IN_PRODUCTION = {
  introspection: { enabled: false },
  console: { enabled: false, scopes: ['operations:explain'] },
  readiness: { details: 'permitted' },
} as const;

/** What is well-formed and must not go into production all the same. */
function dangersIn({ identity, console: page }: Config, environment: Environment): readonly string[] {
  if (environment['NODE_ENV'] !== 'production') return [];
  const isTrusted = identity?.issuers.some(({ issuer }) => issuer === DEVELOPMENT_ISSUER) ?? false;
  return [
    ...(isTrusted
      ? [
          `identity.issuers trusts ${DEVELOPMENT_ISSUER}, whose keys are for development; name your own issuer, or ` +
            'do not set NODE_ENV to production.',
        ]
      : []),
    ...(page.tokenDesk === ''
      ? []
      : ['console.tokenDesk gives tokens to whoever asks; leave it out where NODE_ENV is production.']),
  ];
}

function withSetting(values: Values, setting: GivenSetting): Values {
  const [group, name] = setting.option;
  const current = values[group] ?? {};
  return isRecord(current) ? { ...values, [group]: { ...current, [name]: setting.value } } : values;
}

function placesOf({ configFile, given }: CommandLine, values: Values): Places {
  const inFile = configFile === undefined ? '' : `${configFile}: `;
  return {
    placeOf(path) {
      const setting = given.find(({ option }) => samePath(option, path));
      if (setting !== undefined) return setting.place;
      return hasPath(values, path) ? `${inFile}${pathText(path)}` : pathText(path) + waysToSet(path);
    },
    knownAt: (path) => knownNames(z.toJSONSchema(optionsSchema, { io: 'input' }), path),
  };
}

function samePath(option: readonly string[], path: readonly PropertyKey[]): boolean {
  return option.length === path.length && option.every((name, index) => name === path[index]);
}

function hasPath(values: unknown, path: readonly PropertyKey[]): boolean {
  const [head, ...rest] = path;
  if (head === undefined) return values !== undefined;
  if (typeof values !== 'object' || values === null) return false;
  return hasPath(Reflect.get(values, head), rest);
}

/** `a.b[0].c`, the way that people write it. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
}

function waysToSet(path: readonly PropertyKey[]): string {
  const setting = SETTINGS.find(({ option }) => path.every((part, index) => part === option[index]));
  if (setting === undefined) return '';
  const { flag, variable } = setting;
  return ` (${flag === undefined ? '' : `--${flag} or `}${variable})`;
}

/** The names allowed at a path, read from the JSON Schema; names in a record are anybody's choice. */
function knownNames(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (!isRecord(schema)) return [];
  const { properties, items, additionalProperties } = schema;
  const [head, ...rest] = path;
  if (head === undefined) return isRecord(properties) ? Object.keys(properties) : [];
  if (typeof head === 'number') return knownNames(items, rest);
  const next = isRecord(properties) ? properties[String(head)] : additionalProperties;
  return knownNames(next, rest);
}
