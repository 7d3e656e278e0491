/**
 * The lines of the head of an HTTP/1.1 answer (RFC 9112, sections 4 and 5), read in one pass over their bytes: no line
 * is made a text of but the few that somebody asks for.
 */

/** What came is no HTTP/1.1 answer. */
export class BadAnswer extends Error {}

/** What names are made of (RFC 9110, section 5.6.2). */
export const TOKEN = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const TEXT = String.raw`[\t\x20-\x7e\x80-\xff]*`;
const FIELD_LINE = new RegExp(`^${TOKEN}:${TEXT}$`);

/** The values of one header, those of several lines as one list (RFC 9110, section 5.3). */
export interface HeadFields {
  contentType: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  connection: string | undefined;
  keepAlive: string | undefined;
  retryAfter: string | undefined;
}

export interface HeadLines {
  readonly status: number;
  /** Of HTTP/1.0. */
  readonly isOld: boolean;
  readonly fields: HeadFields;
  /** Of all lines with the empty one, in bytes. */
  readonly size: number;
}

const [SPACE, CR, LF, COLON] = [0x20, 0x0d, 0x0a, 0x3a] as const;
const LETTER_CASE = 0x20;
const STATUS_LINE = /^HTTP\/1\.[01] [1-9]\d\d(?: |$)/;
const STATUS_AT = 'HTTP/1.1 '.length;
const NO_HEAD = 'its head is none of HTTP/1.1';
const IN_TOKEN = bytesIn(TOKEN);
const IN_TEXT = bytesIn(TEXT);
const NAMES: readonly (readonly [keyof HeadFields, Uint8Array])[] = [
  ['contentType', Buffer.from('content-type')],
  ['contentLength', Buffer.from('content-length')],
  ['transferEncoding', Buffer.from('transfer-encoding')],
  ['connection', Buffer.from('connection')],
  ['keepAlive', Buffer.from('keep-alive')],
  ['retryAfter', Buffer.from('retry-after')],
];

/** Undefined where the bytes end before the empty line. Throws BadAnswer. */
export function readHeadLines(bytes: Buffer): HeadLines | undefined {
  const fields: HeadFields = {
    contentType: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    connection: undefined,
    keepAlive: undefined,
    retryAfter: undefined,
  };
  let end = endOf(IN_TEXT, bytes, 0);
  let start = behindLine(bytes, end);
  if (start === undefined) return undefined;
  const line = bytes.toString('latin1', 0, end);
  if (!STATUS_LINE.test(line)) throw new BadAnswer(NO_HEAD);
  while (bytes[start] !== CR) {
    const colon = endOf(IN_TOKEN, bytes, start);
    if (colon === bytes.length) return undefined;
    if (colon === start || bytes[colon] !== COLON) throw new BadAnswer(NO_HEAD);
    end = endOf(IN_TEXT, bytes, colon + 1);
    const next = behindLine(bytes, end);
    if (next === undefined) return undefined;
    const key = keyOf(bytes, start, colon);
    if (key !== undefined) fields[key] = listed(fields[key], trimmed(bytes, colon + 1, end));
    start = next;
  }
  const size = behindLine(bytes, start);
  if (size === undefined) return undefined;
  return {
    status: Number(line.slice(STATUS_AT, STATUS_AT + 3)),
    isOld: line.startsWith('HTTP/1.0'),
    fields,
    size,
  };
}

/** Whether a line may stand among the headers. */
export function isFieldLine(line: string): boolean {
  return FIELD_LINE.test(line);
}

function bytesIn(pattern: string): Uint8Array {
  const expression = new RegExp(`^${pattern}$`);
  return Uint8Array.from({ length: 256 }, (_, byte) => (expression.test(String.fromCharCode(byte)) ? 1 : 0));
}

/** Where the first byte from `start` on stands that is none of `allowed`. */
function endOf(allowed: Uint8Array, bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && allowed[bytes[end] ?? 0] === 1) end += 1;
  return end;
}

/** Where the line begins behind the one whose text ends at `end`; undefined where what is missing may still come. */
function behindLine(bytes: Buffer, end: number): number | undefined {
  if (end === bytes.length) return undefined;
  if (bytes[end] !== CR) throw new BadAnswer(NO_HEAD);
  if (end + 1 === bytes.length) return undefined;
  if (bytes[end + 1] !== LF) throw new BadAnswer(NO_HEAD);
  return end + 2;
}

function keyOf(bytes: Buffer, start: number, end: number): keyof HeadFields | undefined {
  for (const [key, name] of NAMES) if (name.length === end - start && isNamed(bytes, start, name)) return key;
  return undefined;
}

/** In letters of any case. */
function isNamed(bytes: Buffer, start: number, name: Uint8Array): boolean {
  // What may stand in a name has no byte that this makes a hyphen or a letter of but those.
  for (let i = 0; i < name.length; i += 1)
    if (((bytes[start + i] ?? 0) | LETTER_CASE) !== name[i]) return false;
  return true;
}

function listed(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/** Without the spaces around it. Tabs could stand there too, but not all who read HTTP take them for nothing. */
function trimmed(bytes: Buffer, start: number, end: number): string {
  let [first, last] = [start, end];
  while (first < last && bytes[first] === SPACE) first += 1;
  while (last > first && bytes[last - 1] === SPACE) last -= 1;
  return bytes.toString('latin1', first, last);
}
