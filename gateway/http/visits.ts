/**
 * What every HTTP request gets, whoever answers it: an id, a context, a place, whoever asks, an end in the log. Knows no
 * framework and no GraphQL.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ErrorCode } from '../../schema/contract/errors.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import { ANONYMOUS } from '../../schema/contract/principal.ts';
import type { Config } from '../config/options.ts';
import type { Identity } from '../identity/create-identity.ts';
import { readKeyHeader } from '../request/idempotency-key.ts';
import { LazyContext } from '../request/request-context.ts';
import { requestIdOf } from '../request/request-id.ts';
import { lineTeller, type Logger } from '../telemetry/create-logger.ts';
import type { HashSubject } from '../telemetry/hash-subject.ts';
import type { Meters } from '../telemetry/meters.ts';
import { RequestRecord } from '../telemetry/request-record.ts';
import type { Admission } from './admission.ts';
import { headerValues } from './header-values.ts';
import { identifyAndCharge, type RequestCounter } from './identify-and-charge.ts';
import { METRICS_PATH } from './metrics-route.ts';
import { REQUEST_ENDED, tellEnd, tellProbe, type EndParts } from './tell-end.ts';
import type { BeginSpan } from './trace-request.ts';
import { Visit } from './visit.ts';

export interface VisitParts {
  readonly options: Config['server'];
  readonly identity: Identity;
  readonly admission: Admission;
  /** Undefined where nothing is counted. */
  readonly counter: RequestCounter | undefined;
  readonly log: Logger;
  readonly meters: Meters;
  readonly hashSubject: HashSubject;
  /** Undefined where nothing is traced. */
  readonly beginSpan: BeginSpan | undefined;
}

export interface RefusedFacts {
  readonly requestId: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** What Node or a library calls it. */
  readonly cause?: string | undefined;
}

/** They take no place and name nobody. */
const PROBES: ReadonlySet<string | undefined> = new Set(['/live', '/ready', METRICS_PATH]);

export class Visits {
  readonly #parts: VisitParts;
  readonly #ending: EndParts;

  constructor(parts: VisitParts) {
    this.#parts = parts;
    this.#ending = { ...parts, tell: lineTeller(parts.log, REQUEST_ENDED) };
  }

  /** Told and counted when the response has closed. */
  begin(request: IncomingMessage, response: ServerResponse): Visit {
    const { options, log, beginSpan } = this.#parts;
    const requestId = requestIdOf(request.headers['x-request-id']);
    const nowMs = performance.now();
    const record = new RequestRecord(nowMs, request.socket.bytesWritten);
    if (beginSpan !== undefined && !isProbe(request)) record.span = beginSpan(request);
    let hangUp: AbortController | undefined;
    const sources = {
      deadlineMs: nowMs + options.deadlineMs,
      signal() {
        hangUp ??= new AbortController();
        // A response that has closed says nothing any more.
        if (response.destroyed && !response.writableFinished) hangUp.abort();
        return hangUp.signal;
      },
      log: () =>
        log.child(record.span === undefined ? { requestId } : { requestId, trace_id: record.span.traceId }),
    };
    const visit = new Visit(request, response, new LazyContext(requestId, ANONYMOUS, sources, record));
    request.visit = visit;
    const { socket } = request;
    socket.visit = visit;
    response.on('close', () => {
      const leave = () => {
        if (socket.visit === visit) socket.visit = undefined;
      };
      // Of one that was refused before it had come whole, what still comes is no request of its own.
      if (request.complete) leave();
      else request.once('close', leave);
      if (!response.writableFinished) {
        record.hungUp = response.headersSent ? 'answering' : 'unanswered';
        hangUp?.abort();
      }
      visit.place?.leave();
      this.#tellWhenOver(visit);
    });
    return visit;
  }

  /**
   * Takes a place, and finds out who asks; once, however often it is asked for. Rejects with OVERLOADED, UNAUTHENTICATED,
   * RATE_LIMITED, or with what is wrong with a header.
   */
  admit(visit: Visit): Promise<void> {
    return (visit.admitted ??= this.#admit(visit));
  }

  /** What never becomes an answered request. `visit` is what it was going to be, which is told of at its own end. */
  refused({ requestId, status, code, cause }: RefusedFacts, sentence: string, visit?: Visit): void {
    const { log, meters } = this.#parts;
    log.info({ requestId, status, errorCodes: [code], ...(cause === undefined ? {} : { cause }) }, sentence);
    const record = visit?.context.outcome ?? new RequestRecord(performance.now());
    record.failed(code, undefined);
    if (visit?.response.headersSent !== true) record.refusedAs = status;
    if (visit === undefined) meters.requestEnded(record, { client: undefined, status, durationMs: 0 });
  }

  async #admit(visit: Visit): Promise<void> {
    const { identity, admission, counter } = this.#parts;
    const { request, response, context } = visit;
    const place = admission.enter(() => context.signal);
    visit.place = place instanceof Promise ? await place : place;
    if (response.destroyed) visit.place.leave();
    const identify = () => identity(headerValues(request.rawHeaders, 'authorization'));
    const asked = context.as(
      await (counter === undefined ? identify() : identifyAndCharge(visit, counter, identify)),
    );
    asked.payer = visit.account;
    visit.context = asked;
    asked.idempotencyKey = keyOf(request);
  }

  /** At once where the client has its whole answer; where it has hung up, when nothing is done for it any more. */
  #tellWhenOver(visit: Visit): void {
    const tell = () => {
      if (isProbe(visit.request)) tellProbe(this.#parts.log, visit);
      else tellEnd(this.#ending, visit);
    };
    const { work, hungUp } = visit.context.outcome;
    if (work === undefined || hungUp === undefined) tell();
    else void allWork(visit).then(tell);
  }
}

/** A door of our own hands on what it cannot answer: the framework's work comes after the door's. */
async function allWork({ context: { outcome } }: Visit): Promise<void> {
  for (let over; over !== outcome.work;) {
    over = outcome.work;
    await over?.catch(() => undefined);
    // From its hooks to its handler, or to a refusal, the framework waits for nothing.
    await new Promise(setImmediate);
  }
}

export function isProbe({ url }: IncomingMessage): boolean {
  return PROBES.has(url);
}

function keyOf({ rawHeaders, headers }: IncomingMessage): string | undefined {
  if (headers[IDEMPOTENCY_KEY_HEADER] === undefined) return undefined;
  return readKeyHeader(headerValues(rawHeaders, IDEMPOTENCY_KEY_HEADER));
}
