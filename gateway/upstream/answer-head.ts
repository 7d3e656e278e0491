/**
 * The head of an HTTP/1.1 answer (RFC 9112, sections 4 to 6): what it says of the answer, how long the body is, and
 * whether the connection may be used again. What is not exactly as it must be is refused, for two sides that read one
 * head differently take one answer for another. Knows no socket.
 */

import { BadAnswer, readHeadLines, type HeadFields } from './head-lines.ts';

export interface AnswerHead {
  readonly status: number;
  readonly contentType: string;
  /** The header, as it came. */
  readonly retryAfter: string | undefined;
  /** Of the body, in bytes, or how its end shows itself (section 6.3). */
  readonly length: number | 'chunked' | 'until the end';
  /** How long the connection may rest before it is used again; 0 where it may not. */
  readonly restMs: number;
  /** Of the head with the empty line behind it, in bytes. */
  readonly size: number;
}

const LENGTH = /^\d{1,15}$/;
const CLOSE = /(?:^|[\t ,])close(?:$|[\t ,])/i;
const KEEP_ALIVE = /(?:^|[\t ,])keep-alive(?:$|[\t ,])/i;
const KEEP_ALIVE_TIMEOUT = /(?:^|[\t ,;])timeout=(?<seconds>\d{1,9})(?:$|[\t ,;])/i;
/** Where the other side says nothing: less than what servers commonly allow, which is 5 s. */
const DEFAULT_REST_MS = 4_000;
/** So that a request does not set out while the other side closes. */
const REST_MARGIN_MS = 2_000;
const LONGEST_REST_MS = 600_000;

/** Undefined where the bytes end before the head does. Throws BadAnswer. */
export function readHead(bytes: Buffer): AnswerHead | undefined {
  const lines = readHeadLines(bytes);
  if (lines === undefined) return undefined;
  const { status, isOld, fields, size } = lines;
  const length = lengthOf(status, fields, isOld);
  return {
    status,
    contentType: fields.contentType ?? '',
    retryAfter: fields.retryAfter,
    length,
    restMs: length === 'until the end' || isUntrue(length, fields) ? 0 : restMsOf(fields, isOld),
    size,
  };
}

function lengthOf(status: number, fields: HeadFields, isOld: boolean): AnswerHead['length'] {
  const { transferEncoding, contentLength } = fields;
  if (transferEncoding !== undefined && contentLength !== undefined)
    throw new BadAnswer('it tells the length of its body in two ways');
  if (transferEncoding !== undefined && (isOld || transferEncoding.toLowerCase() !== 'chunked'))
    throw new BadAnswer('its transfer encoding is not chunked');
  if (contentLength !== undefined && !LENGTH.test(contentLength))
    throw new BadAnswer('its content length is no number');
  if (status < 200 || status === 204 || status === 304) return 0;
  if (transferEncoding !== undefined) return 'chunked';
  return contentLength === undefined ? 'until the end' : Number(contentLength);
}

/** A body is told of where none may be: if it comes after all, it must not be the next answer. */
function isUntrue(
  length: AnswerHead['length'],
  { transferEncoding, contentLength = '0' }: HeadFields,
): boolean {
  return length === 0 && (transferEncoding !== undefined || Number(contentLength) > 0);
}

function restMsOf({ connection = '', keepAlive = '' }: HeadFields, isOld: boolean): number {
  if (connection !== 'keep-alive' && (CLOSE.test(connection) || (isOld && !KEEP_ALIVE.test(connection))))
    return 0;
  // A server says the same each time.
  if (keepAlive !== latest.keepAlive) latest = { keepAlive, restMs: restMsSaid(keepAlive) };
  return latest.restMs;
}

let latest = { keepAlive: '', restMs: DEFAULT_REST_MS };

function restMsSaid(keepAlive: string): number {
  const seconds = KEEP_ALIVE_TIMEOUT.exec(keepAlive)?.groups?.['seconds'];
  if (seconds === undefined) return DEFAULT_REST_MS;
  return Math.min(Math.max(Number(seconds) * 1_000 - REST_MARGIN_MS, 0), LONGEST_REST_MS);
}
