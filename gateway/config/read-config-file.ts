/**
 * A YAML config file as plain data: environment expanded, file names made relative to the file that names them.
 * Collects every problem instead of stopping at the first. Knows the names of options that hold files, no other.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { isScalar, parse, parseDocument, visit, type Document, type Scalar, type YAMLParseError } from 'yaml';

import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { isRecord } from '../base/is-record.ts';
import { expandEnvironment, type Environment } from './expand-environment.ts';

export interface ConfigFile {
  /** Undefined where the file cannot be read at all. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly string[];
}

/** An error or a warning of the parser. */
type Complaint = Pick<YAMLParseError, 'code' | 'message' | 'linePos'>;

const FILE_OPTIONS = new Set([
  'file',
  'keysFile',
  'jwksFile',
  'certFile',
  'keyFile',
  'caFile',
  'clientCaFile',
  'folder',
  'keepFile',
  'publicKeysFile',
  'tokenFile',
]);

export function readConfigFile(file: string, environment: Environment): ConfigFile {
  const { text, because: unreadable } = readText(file);
  if (text === undefined) return { values: undefined, problems: [`The config file ${file} ${unreadable}.`] };
  const document = parseDocument(text);
  // A tag that means nothing here would be passed over, and what it stands for be missing.
  const [syntaxError] = [...document.errors, ...document.warnings.filter(isUnknownTag)];
  if (syntaxError !== undefined) return { values: undefined, problems: [syntaxProblem(file, syntaxError)] };
  const problems = expandScalars(file, document, environment);
  const { values, because } = plainValues(document);
  if (because !== undefined)
    return { values: undefined, problems: [`${file} cannot be unfolded: ${because}`] };
  if (!isRecord(values)) return { values: undefined, problems: [`${file} must hold options by name.`] };
  return { values: resolveFiles(values, dirname(file)), problems };
}

const ENDLESS = 'its aliases lead round in a circle, or to more than can be read.';

/** `because` where its aliases lead nowhere, round in a circle, or unfold to more than anybody writes. */
function plainValues(document: Document): { readonly values?: unknown; readonly because?: string } {
  try {
    const values: unknown = document.toJS() ?? {};
    // Only what leads nowhere in a circle can be printed.
    JSON.stringify(values);
    return { values };
  } catch (problem) {
    const [, alias] =
      /^Unresolved alias .*: (.+)$/.exec(problem instanceof Error ? problem.message : '') ?? [];
    if (alias !== undefined) return { because: `its alias *${alias} stands for no anchor before it.` };
    // How the library and JSON say that they give up; anything else is a fault of ours.
    const isEndless = [RangeError, ReferenceError, TypeError].some((kind) => problem instanceof kind);
    if (isEndless) return { because: ENDLESS };
    throw problem;
  }
}

function readText(file: string): { readonly text?: string; readonly because?: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (problem) {
    return { because: whyUnreadable(problem) };
  }
}

function isUnknownTag({ code }: Complaint): boolean {
  return code === 'TAG_RESOLVE_FAILED';
}

/** The first alone: what a parser says after that is mostly a consequence. */
function syntaxProblem(file: string, error: Complaint): string {
  const [start] = error.linePos ?? [];
  const place = start === undefined ? file : `${file}:${start.line}:${start.col}`;
  if (error.code === 'MULTIPLE_DOCS') return `${place} begins a second document; all options stand in one.`;
  if (isUnknownTag(error)) return `${place} has a tag ("!") that means nothing here.`;
  const sentence = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:$/, '') ?? '';
  return `${place} is not YAML: ${sentence}.`;
}

function expandScalars(file: string, document: Document, environment: Environment): string[] {
  const problems: string[] = [];
  visit(document, {
    Pair(_key, { key }) {
      // An object passes it over, and what stands under it would mean nothing.
      if (isScalar(key) && key.value === '__proto__')
        problems.push(`${file} names something __proto__, which is no name here.`);
    },
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      const { text, missing } = expandEnvironment(node.value, environment);
      for (const name of missing)
        problems.push(`${file} uses \${${name}}, which is not set in the environment.`);
      if (text !== node.value) node.value = scalarOf(node, text);
    },
  });
  return problems;
}

/** An unquoted `${PORT}` is the number that it expands to, as if the file had said so; quoted it stays text. */
function scalarOf(node: Scalar, text: string): unknown {
  if (node.type !== 'PLAIN' || !/^(?:true|false|-?\d+)$/.test(text)) return text;
  return parse(text);
}

function resolveFiles(values: Readonly<Record<string, unknown>>, folder: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (typeof value === 'string')
        return [key, FILE_OPTIONS.has(key) && value !== '' ? resolve(folder, value) : value];
      return [key, resolveNested(value, folder)];
    }),
  );
}

function resolveNested(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveNested(item, folder));
  return isRecord(value) ? resolveFiles(value, folder) : value;
}
