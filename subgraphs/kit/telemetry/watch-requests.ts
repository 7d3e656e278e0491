/**
 * The calls of the gateway as operators see them: timed for the metrics, and the gateway's trace gone on with. Both
 * only where they are wanted. Only for callers that are proven: a trace is nobody else's to go on with.
 */

import type { IncomingHttpHeaders } from 'node:http';

import type { Tracer, TraceSpan } from '../../../schema/contract/trace-span.ts';
import { currentSpan } from './current-span.ts';
import type { LeavingError, SubgraphMetrics } from './subgraph-metrics.ts';

export interface RequestWatch {
  readonly metrics?: SubgraphMetrics | undefined;
  readonly tracer?: Tracer | undefined;
}

export interface WatchedRequest {
  readonly span: TraceSpan | undefined;
  readonly startedAtMs: number;
  operationType: string | undefined;
}

export function beginWatching({ tracer }: RequestWatch, headers: IncomingHttpHeaders): WatchedRequest {
  const { traceparent, tracestate } = headers;
  const span = tracer?.begin('POST /graphql', {
    kind: 'server',
    attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'url.path': '/graphql' },
    parent: { traceparent, tracestate },
  });
  return { span, startedAtMs: performance.now(), operationType: undefined };
}

/** For every line about the request. */
export function traceFacts({ span }: WatchedRequest): { readonly trace_id?: string } {
  return span === undefined ? {} : { trace_id: span.traceId };
}

export interface LeavingAnswer {
  readonly type: string | undefined;
  readonly name: string | undefined;
  readonly errors: readonly LeavingError[];
}

/** Within the request, when its answer is there. */
export function watchAnswer(
  { metrics }: RequestWatch,
  watched: WatchedRequest | undefined,
  { type, name, errors }: LeavingAnswer,
): void {
  if (watched !== undefined) watched.operationType = type;
  metrics?.failed(errors);
  currentSpan()?.set({
    'graphql.operation.type': type,
    'graphql.operation.name': name,
    'tributary.error.codes':
      errors.length === 0
        ? undefined
        : [...new Set(errors.map(({ extensions }) => String(extensions?.['code'])))].join(' '),
  });
}

export function endWatching({ metrics }: RequestWatch, watched: WatchedRequest, status: number): void {
  const { span, startedAtMs, operationType = 'none' } = watched;
  metrics?.answered(operationType, status, performance.now() - startedAtMs);
  if (span?.isRecorded !== true) return;
  span.set({ 'http.response.status_code': status });
  span.end(status < 500 ? {} : { error: String(status) });
}
