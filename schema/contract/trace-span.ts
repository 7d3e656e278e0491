/**
 * Traces as gateway and subgraphs write them: what a span is, and the W3C headers by which a trace goes on in the next
 * system. Knows no library.
 */

export type SpanKind = 'server' | 'client' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What came with a request (W3C Trace Context), not yet checked. */
export interface TraceHeaders {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
  /** In the clock of `performance.now()`; now if not given. */
  readonly startMs?: number;
}

export interface SpanEnd {
  /** What went wrong, in a code or a word of our own: never text from elsewhere. */
  readonly error?: string | undefined;
  /** In the clock of `performance.now()`; now if not given. */
  readonly endMs?: number;
}

export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** False: nothing of this trace is recorded here, and children are not made. */
  readonly isRecorded: boolean;
  /** For whoever is called on its behalf. */
  readonly headers: Readonly<Record<string, string>>;
  readonly child: (name: string, options: SpanOptions) => TraceSpan;
  readonly rename: (name: string) => void;
  readonly set: (attributes: SpanAttributes) => void;
  /** Once. */
  readonly end: (end?: SpanEnd) => void;
}

export interface RootOptions extends SpanOptions {
  /** Goes on with this trace, and with its sampling. */
  readonly parent?: TraceHeaders;
  /** Only names it. */
  readonly linked?: TraceHeaders;
}

/** What became of recorded spans; only ever grow. */
export interface SpanCounts {
  exported: number;
  /** The collector did not take them. */
  failed: number;
  /** Too many were waiting. */
  dropped: number;
}

export interface Tracer {
  readonly begin: (name: string, options: RootOptions) => TraceSpan;
  readonly counts: Readonly<SpanCounts>;
  /** Sends what waits, for a short while. Never rejects. */
  readonly stop: () => Promise<void>;
}

export interface TracerOptions {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 0 to 1. */
  readonly sampleRatio: number;
  readonly serviceName: string;
  readonly maxQueuedSpans: number;
  readonly exportEveryMs: number;
  /** Hears when spans begin to get lost and when they arrive again, in a few words of our own. */
  readonly onTrouble: (trouble: string | undefined) => void;
}

const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?:-|$)/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;
const NOTHING = /^0+$/;

export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
  readonly state: string | undefined;
}

/** Undefined for what is no trace context (W3C Trace Context, section 3.2). */
export function readTraceHeaders({ traceparent, tracestate }: TraceHeaders): TraceParent | undefined {
  const groups = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.groups : undefined;
  const { traceId = '', spanId = '', flags = '' } = groups ?? {};
  if (NOTHING.test(traceId) || NOTHING.test(spanId) || traceId === '') return undefined;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  const isState = typeof tracestate === 'string' && TRACESTATE.test(tracestate);
  return { traceId, spanId, isSampled, state: isState ? tracestate : undefined };
}
