/**
 * Documents that were parsed and validated lately, for those requests that come the long way again: by GET, in a batch,
 * over a WebSocket. Operations that are run are kept elsewhere, ready; these few need little room. Knows no operation.
 */

import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { RequestContext } from './request-context.ts';

type DocumentStore = NonNullable<ApolloServerOptions<RequestContext>['documentStore']>;

/** Of GraphQL text; in memory a document takes twenty times as much. */
const MOST_CHARACTERS = 200_000;

/** The library's own prints every document as JSON to know its size. */
export function createDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ loc }) => Math.max(loc?.end ?? 0, 1),
  });
  return {
    get: (hash) => Promise.resolve(documents.get(hash)),
    set(hash, document) {
      documents.set(hash, document);
      return Promise.resolve();
    },
    delete: (hash) => Promise.resolve(documents.delete(hash)),
  };
}
