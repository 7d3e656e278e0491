/**
 * A manifest of trusted documents as text, read as the documents that it lists: `{ id: document }`, which
 * graphql-codegen and Relay write, or Apollo's `apollo-persisted-query-manifest`. Knows no file and no schema.
 */

import { isRecord, type JsonObject } from '../base/is-record.ts';

export interface ListedDocument {
  /** As clients send it; without the prefix `sha256:` of those that are hashes by GraphQL over HTTP (Appendix A). */
  readonly id: string;
  readonly text: string;
}

/** What is wrong with a manifest, all at once, in sentences that quote no document. */
export class ManifestRefused extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

const APOLLO_FORMAT = 'apollo-persisted-query-manifest';
const HASH_PREFIX = 'sha256:';
const LONGEST_NAMED = 100;

/** Throws ManifestRefused. The ids of one manifest differ from one another. */
export function readManifest(text: string): readonly ListedDocument[] {
  const manifest = parse(text);
  if (!isRecord(manifest)) throw new ManifestRefused(['It is not a JSON object.']);
  const entries = manifest['format'] === APOLLO_FORMAT ? apolloEntries(manifest) : Object.entries(manifest);
  const problems = [...entries.flatMap(problemsOfEntry), ...repeatedIds(entries)];
  if (problems.length > 0) throw new ManifestRefused(problems);
  return entries.map(([id, document]) => ({ id: plainId(String(id)), text: String(document) }));
}

/** The same id for both ways in which a hash is written. */
export function plainId(id: string): string {
  return id.startsWith(HASH_PREFIX) ? id.slice(HASH_PREFIX.length) : id;
}

/** An id as it may stand in a log or an answer: clients choose how long the ids are that they send. */
export function shortId(id: string): string {
  return id.length > LONGEST_NAMED ? `${id.slice(0, LONGEST_NAMED)}…` : id;
}

type Entry = readonly [id: unknown, document: unknown];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's sentence quotes the text.
    return undefined;
  }
}

function apolloEntries({ version, operations }: JsonObject): readonly Entry[] {
  if (version !== 1) throw new ManifestRefused([`Of ${APOLLO_FORMAT} only version 1 is known.`]);
  if (!Array.isArray(operations)) throw new ManifestRefused(['It has no list of operations.']);
  return operations.map((operation: unknown): Entry =>
    isRecord(operation) ? [operation['id'], operation['body']] : [undefined, undefined],
  );
}

function problemsOfEntry([id, document]: Entry, index: number): readonly string[] {
  if (typeof id !== 'string' || plainId(id) === '') return [`Document ${index + 1} has no id.`];
  if (typeof document !== 'string' || document === '')
    return [`The document ${JSON.stringify(shortId(id))} is no text.`];
  return [];
}

function repeatedIds(entries: readonly Entry[]): readonly string[] {
  const seen = new Set<string>();
  return entries.flatMap(([id]) => {
    if (typeof id !== 'string') return [];
    if (seen.has(plainId(id))) return [`The id ${JSON.stringify(shortId(id))} stands there twice.`];
    seen.add(plainId(id));
    return [];
  });
}
