/**
 * An answer as it goes over the wire, reduced to what executors must agree on: the data, byte by byte and in order,
 * and where and why there are errors. Knows no executor.
 */

import type { Path } from '../../../gateway/upstream/subgraph-error.ts';

export interface AnswerError {
  readonly path: Path;
  /** Undefined where the executor knows no codes. */
  readonly code?: string;
}

export interface Answer {
  readonly data: unknown;
  /** The data as JSON. */
  readonly text: string;
  /** Sorted by path. */
  readonly errors: readonly AnswerError[];
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: Path | undefined;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

export function answerOf({ data = null, errors = [] }: Result): Answer {
  const text = JSON.stringify(data);
  const said = errors.map(({ path = [], extensions }): AnswerError => {
    const code = extensions?.['code'];
    return typeof code === 'string' ? { path, code } : { path };
  });
  return { data: JSON.parse(text), text, errors: said.sort(byPath) };
}

function byPath(one: AnswerError, other: AnswerError): number {
  const [left, right] = [JSON.stringify(one.path), JSON.stringify(other.path)];
  return left < right ? -1 : Number(left > right);
}

/** The data as JSON with the keys of each object sorted. */
export function sortedText({ data }: Answer): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/** The nulls of the data to which the errors lead, as text; an error below a null has spread up to it. */
export function explainedNulls({ data, errors }: Answer): readonly string[] {
  return [...new Set(errors.map(({ path }) => JSON.stringify(nullOn(data, path))))].sort();
}

/** The null on which a path stands or ends early; undefined where it leads to a value or nowhere. */
export function nullOn(data: unknown, path: Path): Path | undefined {
  let value = data;
  for (const [depth, part] of path.entries()) {
    if (value === null) return path.slice(0, depth);
    if (typeof value !== 'object') return undefined;
    const found = Object.entries(value).find(([key]) => key === String(part));
    if (found === undefined) return undefined;
    value = found[1];
  }
  return value === null ? path : undefined;
}
