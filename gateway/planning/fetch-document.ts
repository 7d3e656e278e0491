/**
 * The documents of fetches, each read once however many look at it. Knows no schema and no data.
 */

import type { FetchNode } from '@apollo/query-planner';
import { parse, type DocumentNode } from 'graphql';

const documents = new WeakMap<FetchNode, DocumentNode>();

/** Without places in the text. */
export function documentOf(fetch: FetchNode): DocumentNode {
  const known = documents.get(fetch);
  if (known !== undefined) return known;
  const document = parse(fetch.operation, { noLocation: true });
  documents.set(fetch, document);
  return document;
}
