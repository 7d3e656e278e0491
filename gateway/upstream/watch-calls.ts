/**
 * Every attempt to call one subgraph as operators see it: timed for the request that it is made for, counted for the
 * metrics, and a span where the request is traced. Knows no policy and no body.
 */

import type { SpanAttributes, TraceSpan } from '../../schema/contract/trace-span.ts';
import type { Verdict } from '../resilience/subgraph-policy.ts';
import type { CallMeter } from '../telemetry/meters.ts';
import type { CallRecord } from '../telemetry/request-record.ts';
import { ExchangeFailure } from './exchange.ts';
import type { RawAnswer } from './read-answer.ts';

export interface WatchedAttempt {
  readonly startedAtMs: number;
  /** By which the trace goes on in the subgraph. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly span: TraceSpan | undefined;
}

export class CallWatch {
  readonly #subgraph: string;
  readonly #meter: CallMeter | undefined;
  readonly #attributes: SpanAttributes;

  constructor(subgraph: string, url: string, meter: CallMeter | undefined) {
    const { origin, hostname, port, pathname, protocol } = new URL(url);
    this.#subgraph = subgraph;
    this.#meter = meter;
    // By OpenTelemetry's conventions for HTTP clients; what a URL holds beside its path may be a secret.
    this.#attributes = {
      'http.request.method': 'POST',
      'url.full': origin + pathname,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'tributary.subgraph': subgraph,
    };
  }

  /** `resends`: how many attempts of the same call there were before. */
  begin(record: CallRecord | undefined, resends: number): WatchedAttempt {
    const startedAtMs = performance.now();
    const above = record?.span;
    if (above === undefined) return { startedAtMs, headers: undefined, span: undefined };
    // Children of what is not recorded are not made.
    if (!above.isRecorded) return { startedAtMs, headers: above.headers, span: undefined };
    const resent = resends === 0 ? {} : { 'http.request.resend_count': resends };
    const span = above.child(`POST ${this.#subgraph}`, {
      kind: 'client',
      attributes: { ...this.#attributes, ...resent },
    });
    return { startedAtMs, headers: span.headers, span };
  }

  end(
    record: CallRecord | undefined,
    { startedAtMs, span }: WatchedAttempt,
    result: RawAnswer | ExchangeFailure,
    { outcome }: Pick<Verdict, 'outcome'>,
  ): void {
    const ms = performance.now() - startedAtMs;
    record?.called(this.#subgraph, ms);
    this.#meter?.observe(outcome, ms);
    if (span === undefined) return;
    if (!(result instanceof ExchangeFailure)) span.set({ 'http.response.status_code': result.status });
    span.end(outcome === 'answered' ? {} : { error: outcome });
  }
}
