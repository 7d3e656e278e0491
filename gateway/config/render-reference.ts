/**
 * The JSON Schema and the reference page of the options, made from their one definition.
 * Writes no file; knows the shape of a JSON Schema and no option.
 */

import { z } from 'zod';

import { isRecord, type JsonObject } from '../base/is-record.ts';
import { optionsSchema } from './options.ts';
import { SETTINGS } from './settings.ts';

/** The text of `gateway/config/config.schema.json`, for editors that check a config file while it is written. */
export function renderConfigSchema(): string {
  const schema = z.toJSONSchema(optionsSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'Tributary gateway', ...schema }, null, 2)}\n`;
}

/** The text of `gateway/config/REFERENCE.md`. */
export function renderConfigReference(): string {
  const schema: JsonObject = z.toJSONSchema(optionsSchema, { io: 'input' });
  const rows = rowsOf(schema, []).map(
    ({ name, type, byDefault, says }) => `| \`${name}\` | ${type} | ${byDefault} | ${says} |`,
  );
  const settings = SETTINGS.map(
    ({ option, flag, variable }) =>
      `| \`${option.join('.')}\` | ${flag === undefined ? '' : `\`--${flag}\``} | \`${variable}\` |`,
  );
  return [...HEAD, ...SETTINGS_HEAD, ...settings, '', ...OPTIONS_HEAD, ...rows, ''].join('\n');
}

const HEAD = [
  '<!-- Made by `npm run config:reference` from gateway/config/options.ts; edit that file. -->',
  '',
  '# Options of the gateway',
  '',
  'Options are read from a YAML file (`--config FILE` or `TRIBUTARY_CONFIG`; there is no default file name). In its',
  'values `${NAME}` stands for an environment variable and `${NAME:-default}` for one with a default. File names in it',
  'are relative to it. An option that does not exist is refused, and all mistakes are reported at once.',
  '',
];

const SETTINGS_HEAD = [
  'These can be set without a file; a flag beats the environment, the environment beats the file:',
  '',
  '| option | flag | environment |',
  '| --- | --- | --- |',
];

const OPTIONS_HEAD = [
  'Units stand in the names: `Ms` milliseconds, `S` seconds, `Bytes` bytes.',
  '',
  '| option | type | default | what it is |',
  '| --- | --- | --- | --- |',
];

interface Row {
  readonly name: string;
  readonly type: string;
  readonly byDefault: string;
  readonly says: string;
}

function rowsOf(schema: JsonObject, path: readonly string[], required = false): readonly Row[] {
  const { properties, items, additionalProperties, description } = schema;
  const own = isRecord(properties) ? groupRow(path, description) : [leafRow(schema, path, required)];
  if (isRecord(properties)) return [...own, ...propertyRows(properties, schema, path)];
  if (isRecord(items) && isRecord(items['properties'])) {
    return [...own, ...propertyRows(items['properties'], items, [...path.slice(0, -1), `${path.at(-1)}[]`])];
  }
  if (!isRecord(additionalProperties) || !isRecord(additionalProperties['properties'])) return own;
  return [
    ...own,
    ...propertyRows(additionalProperties['properties'], additionalProperties, [...path, '<name>']),
  ];
}

function propertyRows(properties: JsonObject, parent: JsonObject, path: readonly string[]): readonly Row[] {
  const required = Array.isArray(parent['required']) ? parent['required'] : [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isRecord(property) ? rowsOf(property, [...path, name], required.includes(name)) : [],
  );
}

function groupRow(path: readonly string[], description: unknown): readonly Row[] {
  if (path.length === 0) return [];
  return [{ name: path.join('.'), type: 'group', byDefault: '', says: textOf(description) }];
}

function leafRow(schema: JsonObject, path: readonly string[], required: boolean): Row {
  const byDefault = schema['default'] === undefined ? '' : `\`${JSON.stringify(schema['default'])}\``;
  return {
    name: path.join('.'),
    type: typeOf(schema),
    byDefault: required ? 'required' : byDefault,
    says: textOf(schema['description']),
  };
}

function typeOf(schema: JsonObject): string {
  const { enum: values, const: value, anyOf, type, items, format } = schema;
  if (Array.isArray(anyOf)) return anyOf.filter(isRecord).map(typeOf).join(' or ');
  if (value !== undefined) return `\`${textOf(value)}\``;
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (type === 'array')
    return isRecord(items) && items['type'] !== 'object' ? `list of ${typeOf(items)}` : 'list';
  if (type === 'integer') return 'whole number';
  if (type === 'object') return 'group by name';
  return format === 'uri' ? 'URL' : textOf(type);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
