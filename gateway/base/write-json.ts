/**
 * JSON of any depth. JSON.stringify has a quick way that needs no stack, but leaves it for reasons of its own (a number
 * that keeps its digits, a string that was put together), and what is deep then is too deep. Knows no GraphQL.
 */

import { isWrittenNumber } from './exact-json.ts';

/** Of plain objects and lists, without cycles. */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (isOverflow(error)) return writeDeep(value);
    throw error;
  }
}

/** By its name: it may come from another realm. */
function isOverflow(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'RangeError';
}

/** What is still to be written: text as it is, or a value. */
type Unwritten = string | { readonly value: unknown };

/** Slower, and without recursion. */
function writeDeep(whole: unknown): string {
  const written: string[] = [];
  const left: Unwritten[] = [{ value: whole }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') written.push(next);
    else if (!isNested(next.value))
      written.push(next.value === undefined ? 'null' : JSON.stringify(next.value));
    else for (const part of partsOf(next.value).toReversed()) left.push(part);
  }
  return written.join('');
}

function partsOf(value: object): readonly Unwritten[] {
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, index): Unwritten[] => [
      index > 0 ? ',' : '',
      { value: item },
    ]);
    return ['[', ...items, ']'];
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const fields = entries.flatMap(([key, item], index): Unwritten[] => [
    `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`,
    { value: item },
  ]);
  return ['{', ...fields, '}'];
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isWrittenNumber(value);
}
