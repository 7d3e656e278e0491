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

/** Whether the number is not the one that was written. */
export function losesDigits(value: number, source: string): boolean {
  return significant(String(value)) !== significant(source);
}

/** Whether plain numbers are not all that is in the text. */
export function hasManyDigits(text: string): boolean {
  return MANY_DIGITS.test(text) && JSON.stringify(parseExactly(text)) !== JSON.stringify(JSON.parse(text));
}

/** The digits and their place, the same for the same number however it is written. */
function significant(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${trimmed} ${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}

/** Of variables as the server library reads them, those with all digits. */
const exactVariables = new WeakMap<object, JsonObject>();

/**
 * Remembers for what was parsed from the text, an operation or a list of them, the variables with all their digits.
 * What checks their types goes on with plain numbers. `within` is the key under which a message has its operation.
 */
export function rememberVariables(parsed: unknown, text: string, within?: string): void {
  if (!MANY_DIGITS.test(text)) return;
  const exact = parseExactly(text);
  if (within !== undefined) {
    if (isRecord(parsed) && isRecord(exact)) rememberOne(parsed[within], exact[within]);
  } else if (Array.isArray(parsed) && Array.isArray(exact))
    for (const [index, each] of parsed.entries()) rememberOne(each, exact[index]);
  else rememberOne(parsed, exact);
}

function rememberOne(parsed: unknown, exact: unknown): void {
  if (!isRecord(parsed) || !isRecord(exact)) return;
  const [plain, written] = [parsed['variables'], exact['variables']];
  if (isRecord(plain) && isRecord(written)) exactVariables.set(plain, written);
}

/** As they were sent. */
export function variablesAsWritten(variables: JsonObject): JsonObject {
  return exactVariables.get(variables) ?? variables;
}
