/**
 * JSON whose numbers keep all their digits: one that a double cannot say again is kept as it was written, and is
 * written so again (`JSON.rawJSON`). Else a 64-bit id would become its neighbour's. Knows no GraphQL.
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

/** Sixteen digits, one of which may be a point, or an exponent of three: less a double always holds. */
const MANY_DIGITS = /\d(?:[\d.]{15}|[eE][+-]?\d{3})/;
/** Outside of strings; in some strings too. */
const MANY_DIGITS_IN_NUMBER = /(?:^|[:,[\s])-?\d(?:[\d.]{15}|[\d.]*[eE][+-]?\d{3})/;
/** Three digits or more. */
const LONG_EXPONENT = /e[+-]?\d{3}/i;

export function parseExactly(text: string): unknown {
  if (!mayLoseDigits(text)) return JSON.parse(text);
  // Reason for the cast: TypeScript does not know the third argument yet.
  const keep = ((_key: string, value: unknown, { source }: { readonly source?: string }) =>
    typeof value === 'number' && source !== undefined && losesDigits(value, source)
      ? rawJSON(source)
      : value) as (key: string, value: unknown) => unknown;
  return JSON.parse(text, keep);
}

/** In two steps, because the first one is the cheaper by far, and strings of many digits are not so rare. */
function mayLoseDigits(text: string): boolean {
  return MANY_DIGITS.test(text) && MANY_DIGITS_IN_NUMBER.test(text);
}

export function isWrittenNumber(value: unknown): value is WrittenNumber {
  return typeof value === 'object' && value !== null && isRawJSON(value);
}

/** As long as no number of a double needs to be. */
const FEW_CHARACTERS = 15;

/**
 * Whether the number would be written as another one; a double that holds 2^60 is written with zeros at its end. Takes no
 * longer for hostile digits than for others.
 */
export function losesDigits(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  if (source === String(value)) return false;
  if (source.length <= FEW_CHARACTERS && !LONG_EXPONENT.test(source)) return false;
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
  return mayLoseDigits(text) && JSON.stringify(parseExactly(text)) !== JSON.stringify(JSON.parse(text));
}

/** How those variables are read again of which the text may hold long numbers. */
const readers = new WeakMap<object, () => unknown>();

/**
 * Remembers the text from which an operation or a list of them was parsed, for the digits of its variables; what checks
 * their types goes on with plain numbers. `within` is the key under which a message has its operation.
 */
export function rememberVariables(parsed: unknown, text: string, within?: string): void {
  if (!mayLoseDigits(text)) return;
  const inside = (value: unknown) => (within === undefined ? value : memberOf(value, within));
  // Once for all operations of the text, and only when one is run: whoever sends too much has been refused.
  let exact: unknown;
  const read = () => inside((exact ??= parseExactly(text)));
  const remember = (operation: unknown, again: () => unknown) => {
    const variables = memberOf(operation, 'variables');
    if (isRecord(variables)) readers.set(variables, () => memberOf(again(), 'variables'));
  };
  const operations = inside(parsed);
  if (!Array.isArray(operations)) remember(operations, read);
  else for (const [index, each] of operations.entries()) remember(each, () => memberOf(read(), index));
}

function memberOf(value: unknown, key: string | number): unknown {
  // Reason for the cast: a list is read by its indexes like an object by its keys.
  return typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined;
}

/** With others that are not the client's; its own stay as they were sent. */
export function withVariables(variables: JsonObject, others: JsonObject): JsonObject {
  const all = { ...variables, ...others };
  if (readers.has(variables)) readers.set(all, () => ({ ...variablesAsWritten(variables), ...others }));
  return all;
}

/** As they were sent. */
export function variablesAsWritten(variables: JsonObject): JsonObject {
  const written = readers.get(variables)?.();
  return isRecord(written) ? written : variables;
}
