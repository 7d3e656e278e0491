/**
 * Which format of an answer in parts an Accept header asks for (RFC 9110, section 12.5.1). Knows no GraphQL.
 */

import { INCREMENTAL_FORMATS, type IncrementalFormat } from '../request/incremental-format.ts';

const MULTIPART = 'multipart/mixed';

/** Undefined where the client takes answers whole alone; `multipart/mixed` with no format is not enough. */
export function incrementalFormatOf(accept: string | undefined): IncrementalFormat | undefined {
  if (!accept?.toLowerCase().includes(MULTIPART)) return undefined;
  const [best] = accept
    .split(',')
    .flatMap((range) => formatOfRange(range))
    // The sort is stable: of two that are liked as much, the client named the first one first.
    .sort((one, other) => other.quality - one.quality);
  return best?.format;
}

/** The server library answers whole what cannot come in parts (a mistake in the query), and needs a type for it. */
export function acceptForWhole(accept: string): string {
  return /\bjson\b|\*/i.test(accept) ? accept : `${accept}, application/json`;
}

function formatOfRange(range: string) {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  if (type !== MULTIPART) return [];
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=').map((side) => side.trim());
      return [name, value.replaceAll('"', '')] as const;
    }),
  );
  const quality = Number(values.get('q') ?? 1);
  const format = INCREMENTAL_FORMATS.find(({ parameter }) => {
    const [name = '', value] = parameter.toLowerCase().split('=');
    return values.get(name) === value;
  });
  return format === undefined || !(quality > 0) ? [] : [{ format, quality }];
}
