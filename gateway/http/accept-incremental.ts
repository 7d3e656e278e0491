/**
 * Which format of an answer in parts an Accept header asks for (RFC 9110, section 12.5.1). Knows no GraphQL.
 */

import { DEFER_2022, INCREMENTAL_FORMATS, type IncrementalFormat } from '../request/incremental-format.ts';
import { acceptedTypes } from './accepted-types.ts';

const MULTIPART = 'multipart/mixed';

/** Say how parts are cut and how much a client likes them, and nothing of their format. */
const OF_NO_FORMAT: ReadonlySet<string> = new Set(['boundary']);

/**
 * Undefined where the client takes answers whole alone. Who names no format (urql, GraphiQL) gets the older one: every
 * client that reads parts reads it, and it was the only one when they began to ask so.
 */
export function incrementalFormatOf(accept: string | undefined): IncrementalFormat | undefined {
  if (!accept?.toLowerCase().includes(MULTIPART)) return undefined;
  const ranges = acceptedTypes(accept).filter(({ type }) => type === MULTIPART);
  const [named] = ranges.flatMap(({ parameters }) => formatNamedBy(parameters) ?? []);
  if (named !== undefined) return named;
  const takesAny = ranges.some(({ parameters }) =>
    [...parameters.keys()].every((name) => OF_NO_FORMAT.has(name)),
  );
  return takesAny ? DEFER_2022 : undefined;
}

function formatNamedBy(parameters: ReadonlyMap<string, string>): IncrementalFormat | undefined {
  return INCREMENTAL_FORMATS.find(({ parameter }) => {
    const [name = '', value] = parameter.toLowerCase().split('=');
    return parameters.get(name) === value;
  });
}

/** The server library answers whole what cannot come in parts (a mistake in the query), and needs a type for it. */
export function acceptForWhole(accept: string): string {
  return /\bjson\b|\*/i.test(accept) ? accept : `${accept}, application/json`;
}
