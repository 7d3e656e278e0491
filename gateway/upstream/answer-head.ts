/**
 * The head of an HTTP/1.1 answer (RFC 9112, sections 4 to 6): what it says of the answer, how long the body is, and
 * whether the connection may be used again. What is not exactly as it must be is refused, for two sides that read one
 * head differently take one answer for another. Knows no socket.
 */

export interface AnswerHead {
  readonly status: number;
  readonly contentType: string;
  /** The header, as it came. */
  readonly retryAfter: string | undefined;
  /** Of the body, in bytes, or how its end shows itself (section 6.3). */
  readonly length: number | 'chunked' | 'until the end';
  /** How long the connection may rest before it is used again; 0 where it may not. */
  readonly restMs: number;
}

/** What came is no HTTP/1.1 answer. */
export class BadAnswer extends Error {}

/** What names are made of (RFC 9110, section 5.6.2). */
export const TOKEN = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const TEXT = '[\\t\\x20-\\x7e\\x80-\\xff]*';
const FIELD = `${TOKEN}:${TEXT}`;
const HEAD = new RegExp(String.raw`^HTTP/1\.[01] [1-9]\d\d(?: ${TEXT})?(?:\r\n${FIELD})*$`);
const FIELD_LINE = new RegExp(`^${FIELD}$`);

const SPACE = 0x20;
const LENGTH = /^\d{1,15}$/;
const CLOSE = /(?:^|[\t ,])close(?:$|[\t ,])/i;
const KEEP_ALIVE = /(?:^|[\t ,])keep-alive(?:$|[\t ,])/i;
const KEEP_ALIVE_TIMEOUT = /(?:^|[\t ,;])timeout=(?<seconds>\d{1,9})(?:$|[\t ,;])/i;
/** Where the other side says nothing: less than what servers commonly allow, which is 5 s. */
const DEFAULT_REST_MS = 4_000;
/** So that a request does not set out while the other side closes. */
const REST_MARGIN_MS = 2_000;
const LONGEST_REST_MS = 600_000;

/** `text` is what stands before the empty line, as Latin-1. Throws BadAnswer. */
export function readHead(text: string): AnswerHead {
  if (!HEAD.test(text)) throw new BadAnswer('its head is none of HTTP/1.1');
  const status = Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
  const isOld = text.startsWith('HTTP/1.0');
  const fields = readFields(text);
  const length = lengthOf(status, fields, isOld);
  return {
    status,
    contentType: fields.contentType ?? '',
    retryAfter: fields.retryAfter,
    length,
    restMs: length === 'until the end' || isUntrue(length, fields) ? 0 : restMsOf(fields, isOld),
  };
}

/** Whether a line may stand among the headers. */
export function isFieldLine(line: string): boolean {
  return FIELD_LINE.test(line);
}

interface Fields {
  contentType: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  connection: string | undefined;
  keepAlive: string | undefined;
  retryAfter: string | undefined;
}

function readFields(text: string): Fields {
  const fields: Fields = {
    contentType: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    connection: undefined,
    keepAlive: undefined,
    retryAfter: undefined,
  };
  let end = text.indexOf('\r\n');
  while (end !== -1) {
    const start = end + 2;
    end = text.indexOf('\r\n', start);
    noteField(fields, text, start, end === -1 ? text.length : end);
  }
  return fields;
}

/** Most lines are not looked at, so they are not taken out of the text. */
function noteField(fields: Fields, text: string, start: number, end: number): void {
  const colon = text.indexOf(':', start);
  const name = text.slice(start, colon);
  const key = FIELDS.get(name) ?? FIELDS.get(name.toLowerCase());
  if (key === undefined) return;
  const value = trimmed(text, colon + 1, end);
  const before = fields[key];
  // Lines of one name are one list (RFC 9110, section 5.3).
  fields[key] = before === undefined ? value : `${before}, ${value}`;
}

const FIELDS: ReadonlyMap<string, keyof Fields> = new Map([
  ['content-type', 'contentType'],
  ['content-length', 'contentLength'],
  ['transfer-encoding', 'transferEncoding'],
  ['connection', 'connection'],
  ['keep-alive', 'keepAlive'],
  ['retry-after', 'retryAfter'],
]);

/** Without the spaces around it. Tabs could stand there too, but not all who read HTTP take them for nothing. */
function trimmed(text: string, start: number, end: number): string {
  let [first, last] = [start, end];
  while (first < last && text.charCodeAt(first) === SPACE) first += 1;
  while (last > first && text.charCodeAt(last - 1) === SPACE) last -= 1;
  return text.slice(first, last);
}

function lengthOf(status: number, fields: Fields, isOld: boolean): AnswerHead['length'] {
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
function isUntrue(length: AnswerHead['length'], { transferEncoding, contentLength = '0' }: Fields): boolean {
  return length === 0 && (transferEncoding !== undefined || Number(contentLength) > 0);
}

function restMsOf({ connection = '', keepAlive = '' }: Fields, isOld: boolean): number {
  if (CLOSE.test(connection) || (isOld && !KEEP_ALIVE.test(connection))) return 0;
  const seconds = KEEP_ALIVE_TIMEOUT.exec(keepAlive)?.groups?.['seconds'];
  if (seconds === undefined) return DEFAULT_REST_MS;
  return Math.min(Math.max(Number(seconds) * 1_000 - REST_MARGIN_MS, 0), LONGEST_REST_MS);
}
