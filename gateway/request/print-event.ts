/**
 * One event of a subscription as the client reads it: the text of an answer. Knows no transport.
 */

import { GatewayError } from '../base/gateway-error.ts';
import type { OperationResult } from '../execution/compile-operation.ts';
import { holdAnswerToLimit } from './hold-to-limits.ts';
import type { RequestContext } from './request-context.ts';
import { shapeGatewayError } from './shape-error.ts';
import { shapeFailure } from './shape-failure.ts';

/** JSON in one line; one that is too large becomes an error. `hasGap`: events may be missing before it. */
export function printEvent(
  { data, failures, stale }: OperationResult,
  context: RequestContext,
  { hasGap, maxAnswerBytes }: { readonly hasGap: boolean; readonly maxAnswerBytes: number },
): string {
  const errors = failures.map((failure) => shapeFailure(failure, context));
  const extensions = {
    ...(stale === undefined ? {} : { stale }),
    ...(hasGap ? { resumed: true } : {}),
  };
  const text = JSON.stringify({
    ...(errors.length === 0 ? {} : { errors }),
    data,
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  });
  try {
    holdAnswerToLimit(text, maxAnswerBytes);
    return text;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    context.outcome.failed(error.code, undefined);
    return JSON.stringify({ errors: [shapeGatewayError(error, context.requestId)], data: null });
  }
}
