/**
 * The lines of a decision log, each chained to the one before by its SHA-256, so that a line that was changed, removed
 * or put in shows. Whoever can write the file can also chain it anew: to notice that, note the newest hash elsewhere
 * and look for it again. Knows no file.
 */

import { createHash } from 'node:crypto';

/** One decision about one field in one request; never a value. */
export interface DecisionFacts {
  /** RFC 3339, in UTC. */
  readonly time: string;
  readonly subject: string;
  readonly requestId: string;
  /** `Type.field`. */
  readonly field: string;
  readonly rule: string;
  /** `partly`: of several objects some were allowed and some were not. */
  readonly verdict: 'allowed' | 'denied' | 'failed' | 'partly';
  /** The hash of the permissions that decided. */
  readonly policy: string;
}

/** What is written in place of a line that a killed process left unfinished: the SHA-256 of that rest. */
export interface TornFacts {
  readonly time: string;
  readonly torn: string;
}

export interface ChainedLine {
  /** Without the line break. */
  readonly text: string;
  readonly hash: string;
}

/** What the first line of a log has in the place of the hash before it. */
export const NO_LINE = '0'.repeat(64);

const ENDING = /^(?<body>.+),"hash":"(?<hash>[0-9a-f]{64})"\}$/;
const PREVIOUS = /^\{"previous":"(?<previous>[0-9a-f]{64})",/;
const TORN = /"torn":"(?<torn>[0-9a-f]{64})"\}?$/;

export function chainLine(previous: string, facts: DecisionFacts | TornFacts): ChainedLine {
  const body = JSON.stringify({ previous, ...facts }).slice(0, -1);
  const hash = sha256(body);
  return { text: `${body},"hash":"${hash}"}`, hash };
}

/** The hash of a line that is whole in itself. */
export function hashOfLine(text: string): string | undefined {
  const { body, hash } = ENDING.exec(text)?.groups ?? {};
  return body !== undefined && hash === sha256(body) ? hash : undefined;
}

export type ChainReport =
  | { readonly kind: 'whole'; readonly lines: number; readonly newest: string }
  | { readonly kind: 'broken'; readonly line: number; readonly because: string };

/** Lines count from 1. */
export async function verifyChain(lines: AsyncIterable<string> | Iterable<string>): Promise<ChainReport> {
  let newest = NO_LINE;
  let count = 0;
  let torn: string | undefined;
  for await (const text of lines) {
    count++;
    if (hashOfLine(text) === undefined && torn === undefined) {
      // Only a line that says so may follow.
      torn = text;
      continue;
    }
    const problem = problemOf(text, newest, torn);
    if (problem !== undefined)
      return { kind: 'broken', line: torn === undefined ? count : count - 1, because: problem };
    newest = hashOfLine(text) ?? newest;
    torn = undefined;
  }
  return torn === undefined
    ? { kind: 'whole', lines: count, newest }
    : { kind: 'broken', line: count, because: CHANGED };
}

const CHANGED = 'the line does not have its own hash: it was changed or is not whole';

function problemOf(text: string, newest: string, torn: string | undefined): string | undefined {
  const { body = '' } = ENDING.exec(text)?.groups ?? {};
  if (hashOfLine(text) === undefined) return CHANGED;
  if (torn !== undefined && TORN.exec(body)?.groups?.['torn'] !== sha256(torn)) return CHANGED;
  return PREVIOUS.exec(text)?.groups?.['previous'] === newest
    ? undefined
    : 'the line does not follow the one before: a line is missing, was put in or was moved';
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
