/**
 * JSON whose numbers keep all their digits: one that a double cannot hold is kept as it was written, and is written so
 * again (`JSON.rawJSON`). Else a 64-bit id would become its neighbour's. Knows no GraphQL.
 */

import { isRecord, type JsonObject } from './is-record.ts';

/** A number as it was written; JSON.stringify writes it so. */
export interface WrittenNumber {
  readonly rawJSON: string;
}

// The language has these since ECMAScript 2026; TypeScript does not know them yet.
const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (text: string) => WrittenNumber;
  readonly isRawJSON: (value: unknown) => boolean;
};

/** Sixteen digits, one of which may be a point: fewer a double always holds. */
const MANY_DIGITS = /\d[\d.]{15}/;
/** Outside of strings; in some strings too. */
const MANY_DIGITS_IN_NUMBER = /(?:^|[:,[\s])-?\d[\d.]{15}/;

export function parseExactly(text: string): unknown {
  // Two steps, because the first one is the cheaper by far, and strings of many digits are not so rare.
  if (!MANY_DIGITS.test(text) || !MANY_DIGITS_IN_NUMBER.test(text)) return JSON.parse(text);
  // Reason for the cast: TypeScript does not know the third argument yet.
  const keep = ((_key: string, value: unknown, { source }: { readonly source?: string }) =>
    typeof value === 'number' && source !== undefined && losesDigits(value, source)
      ? rawJSON(source)
      : value) as (key: string, value: unknown) => unknown;
  return JSON.parse(text, keep);
}

export function isWrittenNumber(value: unknown): value is WrittenNumber {
  return typeof value === 'object' && value !== null && isRawJSON(value);
}

/** As long as no number of a double needs to be. */
const FEW_CHARACTERS = 15;

/** Whether the number is not the one that was written. Takes no longer for hostile digits than for others. */
export function losesDigits(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  if (source.length <= FEW_CHARACTERS || source === String(value)) return false;
  if (Number.isInteger(value) && /^-?\d+$/.test(source)) return BigInt(value) !== BigInt(source);
  return significant(String(value)) !== significant(source);
}

/** The digits and their place, the same for the same number however it is written. */
function significant(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let [start, end] = [0, digits.length];
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  if (start === end) return '0';
  return `${digits.slice(start, end)} ${Number(exponent) - fraction.length + digits.length - end}`;
}

/** Whether plain numbers are not all that is in the text, which is JSON. */
export function hasManyDigits(text: string): boolean {
  return MANY_DIGITS.test(text) && JSON.stringify(parseExactly(text)) !== JSON.stringify(JSON.parse(text));
}

/** Where variables were parsed from, of which the text has many digits. */
const texts = new WeakMap<object, { readonly text: string; readonly find: (parsed: unknown) => unknown }>();
const exactVariables = new WeakMap<object, JsonObject>();

/**
 * Remembers the text from which an operation or a list of them was parsed, for the digits of its variables; what checks
 * their types goes on with plain numbers. `within` is the key under which a message has its operation.
 */
export function rememberVariables(parsed: unknown, text: string, within?: string): void {
  if (!MANY_DIGITS.test(text)) return;
  const inside = (value: unknown) => (within === undefined ? value : memberOf(value, within));
  const operations = inside(parsed);
  for (const index of Array.isArray(operations) ? operations.keys() : [undefined]) {
    const find = (value: unknown) => {
      const found = inside(value);
      return memberOf(index === undefined ? found : memberOf(found, index), 'variables');
    };
    const variables = find(parsed);
    if (isRecord(variables)) texts.set(variables, { text, find });
  }
}

function memberOf(value: unknown, key: string | number): unknown {
  // Reason for the cast: a list is read by its indexes like an object by its keys.
  return typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined;
}

/** As they were sent. Only now is the text read again: whoever sends too much has been refused. */
export function variablesAsWritten(variables: JsonObject): JsonObject {
  const known = exactVariables.get(variables);
  const source = texts.get(variables);
  if (known !== undefined || source === undefined) return known ?? variables;
  const exact = source.find(parseExactly(source.text));
  const written = isRecord(exact) ? exact : variables;
  exactVariables.set(variables, written);
  return written;
}
