/**
 * One operation as a stream of its own ("distinct connections" of the GraphQL over SSE protocol, and the same in
 * parts): asked by POST or GET, answered until one side ends it. Knows no token and no plan.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';

import { rememberVariables } from '../base/exact-json.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Identity } from '../identity/create-identity.ts';
import { beginSession } from '../request/session.ts';
import type { Ending } from '../subscriptions/ending.ts';
import type { RequestRecord } from '../telemetry/request-record.ts';
import { clientOf } from './client-name.ts';
import { EventStream } from './event-stream.ts';
import { headerValues } from './header-values.ts';
import { LiveOperation, type LiveParts, type OperationSink } from './live-operation.ts';
import type { StreamFraming } from './stream-framing.ts';

export interface DistinctParts extends LiveParts {
  readonly identity: Identity;
}

/** Ends when the stream does. Throws GatewayError as long as nothing has been sent. */
export async function answerInStream(
  parts: DistinctParts,
  framing: StreamFraming,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const message = messageOf(request);
  const authorizations = headerValues(request.raw.rawHeaders, 'authorization');
  const session = await beginSession(parts.identity, authorizations);
  const end = (ending: Ending) => operation.end(ending);
  const stream = new EventStream(reply, parts.live, framing, { end });
  const { requestId, idempotencyKey } = request.visit.context;
  const operation = new LiveOperation(
    parts,
    {
      transport: framing.transport,
      message,
      session,
      requestId,
      idempotencyKey,
      isRequest: true,
      readsOnly: request.method === 'GET',
      reportsCost: request.headers['x-report-cost'] === 'true',
      clientName: clientOf(request.headers).name,
      payer: request.visit.account,
      // It has a place as any request has, and gives it up when all that comes are events.
      admit: () => request.visit.place,
    },
    sinkOf(stream),
  );
  const endExpiry = session.onExpiry((problem) => end({ reason: 'token', problem }));
  stream.onTick(async () => {
    const problem = await session.judge();
    if (problem !== undefined) end({ reason: 'token', problem });
  });
  await operation.run().finally(endExpiry);
  tellOutcome(operation.outcome, request.visit.context.outcome);
  return reply;
}

function sinkOf(stream: EventStream): OperationSink {
  let hasBegun = false;
  return {
    begin: () => (hasBegun = true),
    next: (text) => stream.next(text),
    fail: (errors) => stream.fail(errors, hasBegun),
    complete: () => stream.complete(),
    cut: () => stream.cut(),
  };
}

/** For the request's line in the log. */
function tellOutcome(own: RequestRecord, told: RequestRecord): void {
  told.operationName = own.operationName;
  told.operationType = own.operationType;
  told.operationHash = own.operationHash;
  told.add(own);
}

/** Throws BAD_REQUEST. */
export function messageOf({ method, body, query }: FastifyRequest): JsonObject {
  if (method === 'POST') {
    if (isRecord(body)) return body;
    throw new GatewayError('BAD_REQUEST', { reason: 'The body must be a JSON object.' });
  }
  const { query: text, operationName, variables, extensions } = isRecord(query) ? query : {};
  return {
    query: text,
    ...(operationName === undefined ? {} : { operationName }),
    ...jsonParameter('variables', variables),
    ...jsonParameter('extensions', extensions),
  };
}

function jsonParameter(name: string, value: unknown): JsonObject {
  if (value === undefined || value === '') return {};
  try {
    const text = typeof value === 'string' ? value : '';
    const parsed: unknown = JSON.parse(text);
    const given = { [name]: parsed };
    rememberVariables(given, `{"${name}":${text}}`);
    return given;
  } catch {
    throw new GatewayError('BAD_REQUEST', { argument: name, reason: 'The parameter must be JSON.' });
  }
}
