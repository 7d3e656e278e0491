/**
 * The tracer over OpenTelemetry's SDK: sampling by ratio or as the parent says, spans sent in batches by OTLP over
 * HTTP, from a queue that is bounded. What cannot be sent is counted and told, and never anybody's wait. Knows no
 * request.
 */

import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind as ApiKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type Tracer as ApiTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

import {
  readTraceHeaders,
  type SpanAttributes,
  type SpanCounts,
  type SpanKind,
  type SpanOptions,
  type TraceHeaders,
  type Tracer,
  type TracerOptions,
  type TraceSpan,
} from './trace-span.ts';

const KINDS: Readonly<Record<SpanKind, ApiKind>> = {
  server: ApiKind.SERVER,
  client: ApiKind.CLIENT,
  internal: ApiKind.INTERNAL,
};
const BATCH = 512;
const EXPORT_TIMEOUT_MS = 10_000;
/** Whoever ends the process does not wait long for a collector. */
const STOP_WITHIN_MS = 2_000;

export function createTracer(options: TracerOptions): Tracer {
  const { endpoint: url, headers, serviceName, sampleRatio, exportEveryMs, maxQueuedSpans } = options;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS });
  const queue = new BoundedQueue(exporter, options);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: 4_096 },
    spanProcessors: [
      queue.before(
        new BatchSpanProcessor(queue, {
          maxQueueSize: maxQueuedSpans,
          maxExportBatchSize: Math.min(BATCH, maxQueuedSpans),
          scheduledDelayMillis: exportEveryMs,
          exportTimeoutMillis: 2 * EXPORT_TIMEOUT_MS,
        }),
      ),
    ],
  });
  const tracer = provider.getTracer('tributary');
  return {
    counts: queue.counts,
    begin(name, { parent, linked, ...given }) {
      const link = contextOf(linked);
      const above = contextOf(parent);
      const within = above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above);
      return startSpan(tracer, within, {
        name,
        ...given,
        links: link === undefined ? [] : [{ context: link }],
      });
    },
    stop: () => atMost(STOP_WITHIN_MS, provider.shutdown()),
  };
}

/** What waits is counted here, where it is known when it has left. */
class BoundedQueue implements SpanExporter {
  readonly counts: SpanCounts = { exported: 0, failed: 0, dropped: 0 };
  readonly #exporter: SpanExporter;
  readonly #options: Pick<TracerOptions, 'maxQueuedSpans' | 'onTrouble'>;
  #waiting = 0;
  #trouble: string | undefined;

  constructor(exporter: SpanExporter, options: Pick<TracerOptions, 'maxQueuedSpans' | 'onTrouble'>) {
    this.#exporter = exporter;
    this.#options = options;
  }

  before(next: SpanProcessor): SpanProcessor {
    return {
      onStart: () => undefined,
      onEnd: (span) => {
        if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
        if (this.#waiting >= this.#options.maxQueuedSpans) {
          this.counts.dropped += 1;
          return;
        }
        this.#waiting += 1;
        next.onEnd(span);
      },
      forceFlush: () => next.forceFlush(),
      shutdown: () => next.shutdown(),
    };
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#exporter.export(spans, (result) => {
      this.#waiting -= spans.length;
      const isTaken = result.code === 0;
      this.counts[isTaken ? 'exported' : 'failed'] += spans.length;
      this.#tell(isTaken ? undefined : troubleOf(result.error));
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** Only what changes: a collector that is away for an hour is one line. */
  #tell(trouble: string | undefined): void {
    const isNews = (trouble === undefined) !== (this.#trouble === undefined);
    this.#trouble = trouble;
    if (isNews) this.#options.onTrouble(trouble);
  }
}

/** A status or a code; what a collector answers in words may be anything. */
function troubleOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined;
  return typeof code === 'number' || typeof code === 'string' ? String(code) : (error?.name ?? 'unknown');
}

interface NamedSpan extends SpanOptions {
  readonly name: string;
  readonly links: { readonly context: SpanContext }[];
}

function startSpan(tracer: ApiTracer, within: Context, options: NamedSpan): TraceSpan {
  const { name, kind, attributes = {}, startMs, links } = options;
  const started = startMs === undefined ? {} : { startTime: startMs };
  const span = tracer.startSpan(
    name,
    { kind: KINDS[kind], attributes: said(attributes), links, ...started },
    within,
  );
  return spanOf(tracer, trace.setSpan(within, span), span);
}

function spanOf(tracer: ApiTracer, within: Context, span: Span): TraceSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const state = traceState?.serialize() ?? '';
  const itself: TraceSpan = {
    traceId,
    spanId,
    isRecorded: span.isRecording(),
    headers: {
      traceparent: `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`,
      ...(state === '' ? {} : { tracestate: state }),
    },
    child: (name, options) =>
      itself.isRecorded ? startSpan(tracer, within, { name, ...options, links: [] }) : itself,
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(said(attributes)),
    end({ error, endMs } = {}) {
      if (error !== undefined) {
        span.setAttribute('error.type', error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(endMs);
    },
  };
  return itself;
}

function said(attributes: SpanAttributes): Record<string, string | number | boolean> {
  const given: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) given[name] = value;
  return given;
}

function contextOf(headers: TraceHeaders | undefined): SpanContext | undefined {
  const read = headers === undefined ? undefined : readTraceHeaders(headers);
  if (read === undefined) return undefined;
  const { traceId, spanId, isSampled, state } = read;
  return {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  };
}

async function atMost(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
}
