/**
 * What failed, noted for the request's line in the log and the metrics. Knows no HTTP.
 */

import type { ErrorCode } from '../../schema/contract/errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * `subgraph` where one is to blame; of one whose call was given up because its client has gone nothing is known, and
 * no answer tells it.
 */
export function noteFailure(
  { outcome, signal }: Pick<RequestContext, 'outcome' | 'signal'>,
  code: ErrorCode,
  subgraph: string | undefined,
): void {
  if (code === 'SUBGRAPH_UNAVAILABLE' && signal.aborted) return;
  outcome.failed(code, subgraph);
}
