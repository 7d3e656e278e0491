/**
 * The parameters of a GraphQL request (a JSON body, a URL's, a message's) as far as they say which document is meant.
 * Knows every name that clients have for an id, and no document.
 */

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { plainId } from '../operation/read-manifest.ts';

/** GraphQL over HTTP, Appendix A; Relay; and what clients write by hand. */
export const ID_PARAMETERS = ['documentId', 'doc_id', 'id'] as const;

/** What Apollo's protocol sends in the extension `persistedQuery`. */
export interface PersistedQuery {
  readonly version: unknown;
  readonly hash: unknown;
}

/** Undefined where the request has no such extension. */
export function persistedQueryOf({ extensions }: JsonObject): PersistedQuery | undefined {
  const asked = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  if (asked === undefined || asked === null) return undefined;
  return isRecord(asked)
    ? { version: asked['version'], hash: asked['sha256Hash'] }
    : { version: undefined, hash: undefined };
}

/** The id by which the request asks for a document, if any. Throws BAD_REQUEST where it names two. */
export function documentIdOf(parameters: JsonObject): string | undefined {
  const named = [...ID_PARAMETERS.map((name) => parameters[name]), persistedQueryOf(parameters)?.hash];
  const ids = named.filter((id) => typeof id === 'string' && id !== '').map((id) => String(id));
  const [first, ...others] = ids;
  if (first !== undefined && others.some((other) => plainId(other) !== plainId(first)))
    throw new GatewayError('BAD_REQUEST', { reason: 'The request names two documents by their ids.' });
  return first;
}

/** The text that the request brings, if any. Throws BAD_REQUEST where it is none. */
export function documentTextOf({ query }: JsonObject): string | undefined {
  if (query === undefined || query === null || query === '') return undefined;
  if (typeof query === 'string') return query;
  throw new GatewayError('BAD_REQUEST', { argument: 'query', reason: 'The document must be a string.' });
}

/** The same request for whoever knows nothing of ids. */
export function withDocument(parameters: JsonObject, text: string): JsonObject {
  const { documentId: _, doc_id: __, id: ___, extensions, ...others } = parameters;
  if (!isRecord(extensions)) return { ...others, ...(extensions == null ? {} : { extensions }), query: text };
  const { persistedQuery: ____, ...kept } = extensions;
  const isEmpty = Object.keys(kept).length === 0;
  return { ...others, ...(isEmpty ? {} : { extensions: kept }), query: text };
}
