/**
 * What clients have of an operation that is answered in parts when all have come, in each of the formats.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import type { Federation } from './federation.ts';

/** One for each format. */
export function mergedParts(graph: Federation, query: string): Promise<ReturnType<typeof mergeParts>[]> {
  return Promise.all(
    INCREMENTAL_FORMATS.map(async (format) => mergeParts(await graph.inParts(query, {}, format))),
  );
}
