/**
 * Reads JSON values as bytes without making them, and accepts only what JSON.stringify would have written: such
 * bytes can be passed on as they are. Each function takes a place in the bytes and gives the place behind the value,
 * or -1. Knows no schema.
 */

export type Scan = (bytes: Buffer, at: number) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** `"`, `\`, `b`, `f`, `n`, `r`, `t`: other escapes are legal JSON, but not how it is written here. */
const ESCAPES: ReadonlySet<number> = new Set([0x22, 0x5c, 0x62, 0x66, 0x6e, 0x72, 0x74]);
/** As many decimal digits survive the way through a double unchanged. */
const MOST_DIGITS = 15;
/** Digits behind `0.` with which no number needs an exponent. */
const MOST_ZEROS = 6;
/** No double is written longer. */
const MOST_NUMBER_BYTES = 25;
/** `+`, `-`, `.`, `E`, `e`. */
const IN_NUMBERS: ReadonlySet<number> = new Set([0x2b, MINUS, POINT, 0x45, 0x65]);

/** Whether the bytes are UTF-8 is not looked at. */
export function scanString(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = bytes.length;
  for (let index = at + 1; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) return index + 1;
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      index += 1;
      if (index >= end || !ESCAPES.has(bytes[index] ?? 0)) return -1;
    }
  }
  return -1;
}

/** A GraphQL Int: 32 bits, no fraction, no exponent. */
export function scanInt(bytes: Buffer, at: number): number {
  const isNegative = bytes[at] === MINUS;
  const start = isNegative ? at + 1 : at;
  const end = skipDigits(bytes, start);
  if (!isCanonicalInteger(bytes, start, end) || end - start > 10) return -1;
  let value = 0;
  for (let index = start; index < end; index += 1) value = value * 10 + ((bytes[index] ?? 0) - ZERO);
  if (isNegative) return value > 0 && value <= 0x8000_0000 ? end : -1;
  return value <= 0x7fff_ffff ? end : -1;
}

export function scanNumber(bytes: Buffer, at: number): number {
  const start = bytes[at] === MINUS ? at + 1 : at;
  const point = skipDigits(bytes, start);
  if (!isCanonicalInteger(bytes, start, point)) return -1;
  const hasFraction = bytes[point] === POINT;
  const end = hasFraction ? skipDigits(bytes, point + 1) : point;
  const isZero = bytes[start] === ZERO && point === start + 1;
  // Short numbers are written in one way, which needs no closer look.
  const isShort = end - start <= MOST_DIGITS && !isExponent(bytes[end]);
  // There is no -0, and what is smaller than a millionth is written with an exponent.
  const isZeroSimple = hasFraction ? end - point <= 1 + MOST_ZEROS : start === at;
  const isFractionSimple = !hasFraction || (end > point + 1 && bytes[end - 1] !== ZERO);
  const isSimple = isShort && isFractionSimple && (!isZero || isZeroSimple);
  return isSimple ? end : scanOddNumber(bytes, at);
}

/** By making the number and writing it again. */
function scanOddNumber(bytes: Buffer, at: number): number {
  let end = at;
  while (isDigit(bytes[end]) || IN_NUMBERS.has(bytes[end] ?? 0)) end += 1;
  if (end - at > MOST_NUMBER_BYTES) return -1;
  const text = bytes.toString('latin1', at, end);
  return String(Number(text)) === text ? end : -1;
}

export function scanBoolean(bytes: Buffer, at: number): number {
  if (bytes[at] === 0x74) return scanWord(bytes, at, 'true');
  return scanWord(bytes, at, 'false');
}

/** A custom scalar; lists and objects are left to those who read JSON. */
export function scanScalar(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return scanString(bytes, at);
  return first === 0x74 || first === 0x66 ? scanBoolean(bytes, at) : scanNumber(bytes, at);
}

/** For one of the names, each in quotes. */
export function scannerOf(names: readonly string[]): Scan {
  const words = names.map((name) => JSON.stringify(name));
  return (bytes, at) => {
    for (const word of words) {
      const end = scanWord(bytes, at, word);
      if (end > 0) return end;
    }
    return -1;
  };
}

function scanWord(bytes: Buffer, at: number, word: string): number {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[at + index] !== word.charCodeAt(index)) return -1;
  }
  return at + word.length;
}

function skipDigits(bytes: Buffer, at: number): number {
  let end = at;
  while (isDigit(bytes[end])) end += 1;
  return end;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}

function isCanonicalInteger(bytes: Buffer, start: number, end: number): boolean {
  return end > start && (bytes[start] !== ZERO || end === start + 1);
}

function isExponent(byte: number | undefined): boolean {
  return byte === 0x65 || byte === 0x45;
}
