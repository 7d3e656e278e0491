/**
 * What belongs to one request from its first header to its last byte, and the way to it from places that the
 * server library calls without it. Knows no HTTP.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

import type { ErrorCode } from '../../schema/contract/errors.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';

/** Filled while the request runs, for the one line that is logged when it ends. */
export interface RequestOutcome {
  operationName: string | undefined;
  readonly errorCodes: Set<ErrorCode>;
}

export interface RequestContext extends CallContext {
  readonly outcome: RequestOutcome;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function createRequestContext(call: CallContext): RequestContext {
  return { ...call, outcome: { operationName: undefined, errorCodes: new Set() } };
}

/** Runs `work` so that `currentRequest` finds the context, whatever is awaited in between. */
export function runInRequest<Result>(context: RequestContext, work: () => Promise<Result>): Promise<Result> {
  return storage.run(context, work);
}

/** Undefined outside of a request. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
