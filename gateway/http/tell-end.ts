/**
 * The end of a request, told once to everybody who wants to know: a line in the log, the metrics, the spans. Nothing
 * of what was asked or answered is in it. Knows no GraphQL.
 */

import type { Logger, TellFacts } from '../telemetry/create-logger.ts';
import type { HashSubject } from '../telemetry/hash-subject.ts';
import type { Meters } from '../telemetry/meters.ts';
import { phasesOf, type Phase, type PhaseName } from '../telemetry/request-phases.ts';
import type { RequestRecord } from '../telemetry/request-record.ts';
import { clientOf } from './client-name.ts';
import type { Visit } from './visit.ts';

export interface EndParts {
  /** Writes the line. */
  readonly tell: TellFacts;
  readonly meters: Meters;
  readonly hashSubject: HashSubject;
}

export function tellEnd({ tell, meters, hashSubject }: EndParts, visit: Visit) {
  const { request, response, context } = visit;
  const { requestId, principal, outcome: record } = context;
  const endedAtMs = performance.now();
  const durationMs = rounded(endedAtMs - record.startedAtMs);
  const isUnanswered = record.hungUp === 'unanswered';
  const status = record.refusedAs ?? (isUnanswered ? HUNG_UP : response.statusCode);
  const client = clientOf(request.headers);
  const phases = phasesOf(record, endedAtMs);
  meters.requestEnded(record, { client: client.name, status, durationMs });
  const { span, errors } = record;
  const facts = {
    requestId,
    method: request.method,
    path: visit.route,
    operationName: record.operationName,
    operationType: record.operationType,
    operationHash: record.operationHash,
    clientName: client.name,
    clientVersion: client.version,
    subjectHash: hashSubject(principal),
    cost: record.cost,
    way: record.way,
    prepared: record.wasPrepared,
    status,
    // An event stream ends so, and who takes no answer in whole.
    hungUp: record.hungUp === undefined || record.refusedAs !== undefined ? undefined : true,
    bytes: isUnanswered ? 0 : bytesOf(visit),
    durationMs,
    timings: timingsOf(phases),
    subgraphs: subgraphsOf(record),
    errorCodes: record.errorCodes,
    errors: errors.length === 0 ? undefined : errors,
    // The names that OpenTelemetry gives them in logs.
    trace_id: span?.traceId,
    span_id: span?.spanId,
  };
  tell(facts);
  if (span?.isRecorded === true) endSpan(span, phases, facts);
}

/** What nginx made others say of a client that has gone before it was answered; no client ever reads it. */
const HUNG_UP = 499;

export const REQUEST_ENDED = 'request ended';

/** Probes come by the second, and their answers are told elsewhere. */
export function tellProbe(log: Logger, { request, response, context, route }: Visit): void {
  const { requestId, outcome } = context;
  const facts = {
    requestId,
    method: request.method,
    path: route,
    status: response.statusCode,
    durationMs: rounded(performance.now() - outcome.startedAtMs),
    errorCodes: outcome.errorCodes,
  };
  log.debug(facts, REQUEST_ENDED);
}

/** To a hundredth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Of the body; of one that was sent piece by piece, what left by the connection, its headers included. */
function bytesOf({ context, request: { socket }, contentLength }: Visit): number {
  // The response has let go of its socket by now; the request has not.
  return Number(contentLength?.() ?? socket.bytesWritten - context.outcome.sentBefore);
}

function timingsOf(phases: readonly Phase[]): Readonly<Record<string, number | undefined>> | undefined {
  if (phases.length === 0) return undefined;
  const took = (wanted: PhaseName) => {
    for (const { name, startMs, endMs } of phases) if (name === wanted) return rounded(endMs - startMs);
    return undefined;
  };
  return {
    readMs: took('read'),
    prepareMs: took('prepare'),
    parseMs: took('parse'),
    planMs: took('plan'),
    executeMs: took('execute'),
    writeMs: took('write'),
  };
}

function subgraphsOf({ calls }: RequestRecord) {
  if (calls.length === 0) return undefined;
  const called: Record<string, { readonly calls: number; readonly ms: number }> = {};
  for (const { subgraph, calls: count, totalMs } of calls)
    called[subgraph] = { calls: count, ms: rounded(totalMs) };
  return called;
}

interface ToldFacts {
  readonly requestId: string;
  readonly operationName: string | undefined;
  readonly operationType: string | undefined;
  readonly operationHash: string | undefined;
  readonly clientName: string | undefined;
  readonly clientVersion: string | undefined;
  readonly subjectHash: string | undefined;
  readonly cost: number | undefined;
  readonly way: string | undefined;
  readonly prepared: boolean | undefined;
  readonly path: string | undefined;
  readonly status: number;
  readonly errorCodes: readonly string[];
}

/** By OpenTelemetry's conventions for HTTP servers and GraphQL; what is this gateway's own is so called. */
function endSpan(span: NonNullable<RequestRecord['span']>, phases: readonly Phase[], facts: ToldFacts): void {
  const { status, path: route, errorCodes } = facts;
  for (const { name, startMs, endMs } of phases) {
    if (name === 'prepare' || name === 'parse' || name === 'plan')
      span.child(name, { kind: 'internal', startMs }).end({ endMs });
  }
  span.set({
    'http.route': route,
    'http.response.status_code': status,
    'graphql.operation.name': facts.operationName,
    'graphql.operation.type': facts.operationType,
    'tributary.operation.hash': facts.operationHash,
    'tributary.operation.cost': facts.cost,
    'tributary.operation.way': facts.way,
    'tributary.operation.prepared': facts.prepared,
    'tributary.client.name': facts.clientName,
    'tributary.client.version': facts.clientVersion,
    'tributary.subject.hash': facts.subjectHash,
    'tributary.request.id': facts.requestId,
    'tributary.error.codes': errorCodes.length === 0 ? undefined : errorCodes.join(' '),
  });
  // A mistake of the client's is no failure of the server.
  span.end(status < 500 ? {} : { error: String(status) });
}
