/**
 * The span of a request, from its first header on: a trace of its own, or the client's gone on with where that is
 * allowed. Knows no exporter.
 */

import type { IncomingMessage } from 'node:http';

import type { Tracer, TraceSpan } from '../../schema/contract/trace-span.ts';
import type { Config } from '../config/options.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';

export type BeginSpan = (request: IncomingMessage) => TraceSpan;

/** Undefined where nothing is traced. */
export function spanBeginner(
  tracer: Tracer | undefined,
  { clientContext }: Config['traces'],
): BeginSpan | undefined {
  if (tracer === undefined) return undefined;
  return ({ method = '', url = '', headers: { traceparent, tracestate } }) => {
    const [path = ''] = url.split('?', 1);
    const isOurs = path === GRAPHQL_PATH;
    // What an address holds beside ours may be a secret.
    const attributes = { 'http.request.method': method, 'url.path': isOurs ? path : undefined };
    const name = isOurs ? `${method} ${path}` : method;
    const sent = { traceparent, tracestate };
    const above = clientContext === 'continue' ? { parent: sent } : { linked: sent };
    return tracer.begin(name, { kind: 'server', attributes, ...above });
  };
}
