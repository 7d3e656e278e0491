/**
 * Apollo's protocol for automatic persisted queries: the hash alone is answered with the document that was stored
 * under it, or with the error that makes the client send both, which stores it. Knows no list of trusted documents.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { AutomaticDocuments } from '../operation/automatic-documents.ts';
import { hashOfText } from '../operation/document-list.ts';
import type { DocumentCounts } from './document-counts.ts';
import { documentTextOf, persistedQueryOf, withDocument } from './document-parameters.ts';
import type { RequestContext } from './request-context.ts';

export interface AutomaticParts {
  /** Undefined where clients may store none: what they bring is run, and nothing is found by its hash. */
  readonly automatic: AutomaticDocuments | undefined;
  readonly counts: DocumentCounts;
  readonly context: Pick<RequestContext, 'keepDocument'>;
  /** The answer to a hash alone, where clients may store none. */
  readonly fallback: 'PERSISTED_QUERY_NOT_FOUND' | 'PERSISTED_QUERY_NOT_SUPPORTED';
}

/** These two sentences are those of Apollo's server. */
const WRONG_HASH = 'provided sha does not match query';
const WRONG_VERSION = 'Unsupported persisted query version';

/** The request must have the extension `persistedQuery`. */
export function resolveAutomatic(
  parameters: JsonObject,
  { automatic, counts, context, fallback }: AutomaticParts,
): JsonObject | Promise<JsonObject> {
  const { version, hash } = persistedQueryOf(parameters) ?? {};
  const text = documentTextOf(parameters);
  if (version !== 1) throw new GatewayError('BAD_REQUEST', { reason: WRONG_VERSION });
  if (text !== undefined) {
    if (hash !== hashOfText(text)) {
      counts.automatic.mismatched += 1;
      throw new GatewayError('BAD_REQUEST', { reason: WRONG_HASH });
    }
    if (automatic !== undefined) context.keepDocument = () => keep(automatic, hash, text, counts);
    return withDocument(parameters, text);
  }
  if (automatic === undefined) throw new GatewayError(fallback);
  const give = (found: string | undefined): JsonObject => {
    counts.automatic[found === undefined ? 'missing' : 'found'] += 1;
    if (found === undefined) throw new GatewayError('PERSISTED_QUERY_NOT_FOUND');
    return withDocument(parameters, found);
  };
  const found = typeof hash === 'string' ? automatic.find(hash) : undefined;
  return found instanceof Promise ? found.then(give) : give(found);
}

function keep(automatic: AutomaticDocuments, hash: string, text: string, counts: DocumentCounts): void {
  if (automatic.store(hash, text)) counts.automatic.stored += 1;
}
