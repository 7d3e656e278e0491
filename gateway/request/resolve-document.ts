/**
 * Which document a request is to run, whatever transport it came by: the one that it names by an id, or the one that
 * it brings, if that may be run here. Knows no HTTP, no schema and no file.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { Config } from '../config/options.ts';
import type { AutomaticDocuments } from '../operation/automatic-documents.ts';
import type { DocumentList, TrustedDocument } from '../operation/document-list.ts';
import type { DocumentCounts } from './document-counts.ts';
import { documentIdOf, documentTextOf, persistedQueryOf, withDocument } from './document-parameters.ts';
import type { RequestContext } from './request-context.ts';
import { resolveAutomatic } from './resolve-automatic.ts';
import type { UnlistedLog } from './unlisted-log.ts';

/** Who asks, as far as it matters for what may be asked. */
export interface Asker {
  readonly context: Pick<RequestContext, 'principal' | 'log' | 'keepDocument'>;
  /** What the client calls itself, if it does. */
  readonly clientName: string | undefined;
}

/**
 * The parameters with the text that is to be run as `query`, and without ids; the same object where there is nothing
 * to change. At once, except where a store is asked for the document. A request that names no document is left as it
 * is, for others to refuse. Throws, or rejects with, BAD_REQUEST, DOCUMENT_NOT_FOUND, DOCUMENT_NOT_TRUSTED,
 * PERSISTED_QUERY_NOT_FOUND or PERSISTED_QUERY_NOT_SUPPORTED. Whoever runs the document must call the context's
 * `keepDocument`, where it is set, once the document has been found valid.
 */
export type ResolveDocument = (parameters: JsonObject, asker: Asker) => JsonObject | Promise<JsonObject>;

export interface ResolverParts {
  readonly mode: Config['documents']['mode'];
  readonly bypassScope: string | undefined;
  /** Those that are listed now. */
  readonly list: () => DocumentList;
  /** Undefined where clients may store none. */
  readonly automatic: AutomaticDocuments | undefined;
  readonly counts: DocumentCounts;
  readonly unlisted: UnlistedLog;
}

interface Named {
  readonly id: string | undefined;
  readonly text: string | undefined;
}

export function createResolver(parts: ResolverParts): ResolveDocument {
  const resolve = resolverOf(parts);
  return (parameters, asker) => resolve(withoutEmptyName(parameters), asker);
}

/**
 * No operation is called so. In a URL an empty name is none (GraphQL over HTTP, section 5.3), and what a parameter means
 * is the same wherever it stands (5.1).
 */
function withoutEmptyName(parameters: JsonObject): JsonObject {
  if (parameters['operationName'] !== '') return parameters;
  const { operationName: _, ...others } = parameters;
  return others;
}

function resolverOf(parts: ResolverParts): ResolveDocument {
  const { mode, list, counts } = parts;
  if (mode === 'off') {
    return (parameters, { context }) =>
      persistedQueryOf(parameters) === undefined
        ? parameters
        : resolveAutomatic(parameters, { ...parts, context, fallback: 'PERSISTED_QUERY_NOT_SUPPORTED' });
  }
  return (parameters, asker) => {
    const named = { id: documentIdOf(parameters), text: documentTextOf(parameters) };
    if (named.id === undefined && named.text === undefined) return parameters;
    const listed = listedDocument(named, list(), counts);
    if (listed === undefined) return resolveUnlisted(parameters, named, { ...parts, ...asker });
    counts.asked.listed += 1;
    return withTrusted(parameters, listed);
  };
}

/** Throws BAD_REQUEST where a trusted id stands beside another text. */
function listedDocument(
  { id, text }: Named,
  list: DocumentList,
  { asked }: DocumentCounts,
): TrustedDocument | undefined {
  const byId = id === undefined ? undefined : list.byId(id);
  if (byId === undefined) return text === undefined ? undefined : list.byText(text);
  if (text === undefined || text === byId.text) return byId;
  asked.contradictory += 1;
  throw new GatewayError('BAD_REQUEST', {
    reason: 'The id that the request names is that of another document.',
  });
}

/** Under one name for the operation, however it is asked, so that it is prepared once. */
function withTrusted(parameters: JsonObject, { text, soleName }: TrustedDocument): JsonObject {
  const resolved = withDocument(parameters, text);
  if (soleName === undefined || resolved['operationName'] !== soleName) return resolved;
  const { operationName: _, ...others } = resolved;
  return others;
}

function resolveUnlisted(
  parameters: JsonObject,
  named: Named,
  parts: ResolverParts & Asker,
): JsonObject | Promise<JsonObject> {
  const { mode, bypassScope, counts, unlisted, context, clientName } = parts;
  const mayBypass = bypassScope !== undefined && context.principal.scopes.includes(bypassScope);
  const isRefused = mode === 'only' && !mayBypass;
  const tell = (isRun: boolean) =>
    unlisted({ ...named, operationName: parameters['operationName'], clientName, isRun }, context.log);
  if (isRefused) {
    counts.asked.refused += 1;
    tell(false);
    throw new GatewayError('DOCUMENT_NOT_TRUSTED');
  }
  if (named.text !== undefined) {
    counts.asked[mode === 'only' ? 'bypassed' : 'unlisted'] += 1;
    if (mode === 'log') tell(true);
  }
  if (persistedQueryOf(parameters) !== undefined) {
    const automatic = mode === 'only' ? undefined : parts.automatic;
    return resolveAutomatic(parameters, {
      counts,
      context,
      automatic,
      fallback: 'PERSISTED_QUERY_NOT_FOUND',
    });
  }
  if (named.text !== undefined) return withDocument(parameters, named.text);
  counts.asked.unknown += 1;
  throw new GatewayError('DOCUMENT_NOT_FOUND');
}
