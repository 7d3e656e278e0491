/**
 * A failure of execution as the client reads it, noted for the request's line in the log. Knows no HTTP.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import type { FieldFailure } from '../execution/fetch-journal.ts';
import { noteFailure } from './note-failure.ts';
import { shapeError, type ClientError } from './shape-error.ts';
import type { RequestContext } from './request-context.ts';

export function shapeFailure({ code, facts, path }: FieldFailure, context: RequestContext): ClientError {
  noteFailure(context, code, facts.subgraph);
  const place = path.length === 0 ? {} : { path };
  return shapeError(
    { message: ERRORS[code].says, ...place, extensions: { code, ...facts } },
    undefined,
    context.requestId,
  );
}
