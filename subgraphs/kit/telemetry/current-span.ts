/**
 * The span that work is done for, wherever that work stands; nothing where nothing is traced. Knows no server and no
 * database.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

import type { TraceSpan } from '../../../schema/contract/trace-span.ts';

const storage = new AsyncLocalStorage<TraceSpan>();

export function runInSpan<Result>(span: TraceSpan | undefined, work: () => Promise<Result>): Promise<Result> {
  return span === undefined ? work() : storage.run(span, work);
}

/** Undefined where nothing is traced or this trace is not recorded. */
export function currentSpan(): TraceSpan | undefined {
  const span = storage.getStore();
  return span?.isRecorded === true ? span : undefined;
}
