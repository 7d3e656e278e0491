/**
 * Which format of an answer in parts an Accept header asks for (RFC 9110, section 12.5.1). Knows no GraphQL.
 */

import { INCREMENTAL_FORMATS, type IncrementalFormat } from '../request/incremental-format.ts';
import { acceptedTypes } from './accepted-types.ts';

const MULTIPART = 'multipart/mixed';

/** Undefined where the client takes answers whole alone; `multipart/mixed` with no format is not enough. */
export function incrementalFormatOf(accept: string | undefined): IncrementalFormat | undefined {
  if (!accept?.toLowerCase().includes(MULTIPART)) return undefined;
  for (const { type, parameters } of acceptedTypes(accept)) {
    if (type !== MULTIPART) continue;
    const format = INCREMENTAL_FORMATS.find(({ parameter }) => {
      const [name = '', value] = parameter.toLowerCase().split('=');
      return parameters.get(name) === value;
    });
    if (format !== undefined) return format;
  }
  return undefined;
}

/** The server library answers whole what cannot come in parts (a mistake in the query), and needs a type for it. */
export function acceptForWhole(accept: string): string {
  return /\bjson\b|\*/i.test(accept) ? accept : `${accept}, application/json`;
}
