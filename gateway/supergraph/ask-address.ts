/**
 * One question to the address of the config, by a connection of its own: conditional, never redirected, within a time
 * and a size, unpacked. What is wrong is a code and a sentence that quotes neither the answer nor the query of the URL.
 * Knows no GraphQL.
 */

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { request, type Dispatcher } from 'undici';

import { isRecord } from '../base/is-record.ts';
import { SupergraphRefused, type RefusalReason } from './supergraph-refused.ts';

export interface Question {
  readonly url: string;
  /** In sentences. */
  readonly name: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Of no other answer the body is read. */
const WITH_BODY = 200;
const UNMODIFIED = 304;

/** Without its body where the status is not 200. Rejects with SupergraphRefused. */
export async function askAddress(question: Question): Promise<Answer> {
  const { name } = question;
  try {
    return await ask(question);
  } catch (error) {
    if (error instanceof SupergraphRefused) throw error;
    throw refused(question.signal.aborted ? 'timed_out' : reasonOf(error), name, sentenceOf(error, question));
  }
}

async function ask({ url, name, dispatcher, headers, maxBytes, signal }: Question): Promise<Answer> {
  const asked = { dispatcher, signal, headers: { 'accept-encoding': 'gzip', ...headers } };
  const { statusCode, headers: given, body } = await request(url, asked);
  const plain = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, Array.isArray(value) ? value.join() : value]),
  );
  try {
    if (statusCode >= 300 && statusCode < 400 && statusCode !== UNMODIFIED) {
      throw refused('redirected', name, `answers ${statusCode}, a redirect, which is not followed`);
    }
    if (statusCode !== WITH_BODY) return { status: statusCode, headers: plain, bytes: Buffer.alloc(0) };
    const bytes = await readWithin(unpacked(body, plain['content-encoding'], name), name, maxBytes);
    return { status: statusCode, headers: plain, bytes };
  } finally {
    // What is given up unread ends with an error of its own, which nobody waits for.
    body.on('error', () => undefined).destroy();
  }
}

/** A small answer may unfold to a large one: what comes out is to be counted. Ends with an error where one of them does. */
function unpacked(body: Readable, encoding: string | undefined, name: string): Readable {
  if (encoding === undefined || /^identity$/i.test(encoding)) return body;
  if (!/^(?:x-)?gzip$/i.test(encoding)) {
    throw refused('wrong_content', name, 'is packed in a way that was not asked for');
  }
  const gunzip = createGunzip();
  // Whoever reads hears of it.
  pipeline(body, gunzip).catch(() => undefined);
  return gunzip;
}

async function readWithin(chunks: AsyncIterable<Buffer>, name: string, maxBytes: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw refused('too_large', name, `is larger than ${maxBytes} bytes`);
    kept.push(chunk);
  }
  return Buffer.concat(kept);
}

function refused(reason: RefusalReason, name: string, says: string): SupergraphRefused {
  return new SupergraphRefused(reason, [`The supergraph ${name} ${says}.`]);
}

function codeOf(error: unknown): string {
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown';
}

function reasonOf(error: unknown): RefusalReason {
  return codeOf(error).startsWith('Z_') ? 'wrong_content' : 'unreachable';
}

function sentenceOf(error: unknown, { signal }: Question): string {
  if (signal.aborted) return 'was not there in time';
  const code = codeOf(error);
  return code.startsWith('Z_') ? `cannot be unpacked (${code})` : `cannot be fetched (${code})`;
}
