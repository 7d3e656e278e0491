/**
 * One event stream for all operations of a client ("single connection mode" of the GraphQL over SSE protocol): it is
 * reserved by PUT and opened by GET, operations come by POST and end by DELETE. Knows no token's meaning and no plan.
 */

import { randomUUID } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { ERRORS, isErrorCode } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import { beginSession, type Session } from '../request/session.ts';
import type { Ending } from '../subscriptions/ending.ts';
import { clientOf } from './client-name.ts';
import { EventStream } from './event-stream.ts';
import { messageOf, type DistinctParts } from './distinct-connection.ts';
import { headerValues } from './header-values.ts';
import { LiveOperation, type OperationSink } from './live-operation.ts';
import { AS_EVENTS, eventOf } from './stream-framing.ts';

export const TOKEN_HEADER = 'x-graphql-event-stream-token';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const LONGEST_ID = 128;
const GONE: Ending = { reason: 'left' };

/** What a client has reserved, and the operations on it. */
interface Reservation {
  readonly token: string;
  /** Who reserved it: nobody else's operations come this way. */
  readonly owner: string;
  readonly stream: PromiseWithResolvers<EventStream>;
  readonly operations: Map<string, RunningOperation>;
  readonly expiry: NodeJS.Timeout;
  isOpen: boolean;
}

interface RunningOperation {
  readonly operation: LiveOperation;
  readonly session: Session;
}

export class SingleConnections {
  readonly #parts: DistinctParts;
  readonly #reservations = new Map<string, Reservation>();

  constructor(parts: DistinctParts) {
    this.#parts = parts;
  }

  /** PUT. Gives the token by which all else is known. Throws OVERLOADED. */
  reserve({ visit }: FastifyRequest): string {
    const { maxConnections, initTimeoutMs } = this.#parts.live.options;
    if (this.#reservations.size >= maxConnections)
      throw new GatewayError('OVERLOADED', { retryAfterMs: initTimeoutMs });
    const token = randomUUID();
    const reservation: Reservation = {
      token,
      owner: JSON.stringify(visit.context.principal),
      stream: Promise.withResolvers(),
      operations: new Map(),
      expiry: setTimeout(() => this.#end(reservation, GONE), initTimeoutMs).unref(),
      isOpen: false,
    };
    this.#reservations.set(token, reservation);
    return token;
  }

  /** Undefined where the request is about none. Throws NOT_FOUND where it names one that there is not. */
  find({ headers, query }: FastifyRequest): Reservation | undefined {
    const { [TOKEN_HEADER]: header } = headers;
    const parameter = isRecord(query) ? query['token'] : undefined;
    // A parameter of that name may be anybody's.
    const token = header ?? (typeof parameter === 'string' && UUID.test(parameter) ? parameter : undefined);
    if (token === undefined) return undefined;
    const found = typeof token === 'string' ? this.#reservations.get(token) : undefined;
    if (found === undefined) throw new GatewayError('NOT_FOUND');
    return found;
  }

  /** GET. Ends at once; the stream goes on. Throws STATE_CONFLICT where it is open already, OVERLOADED or RATE_LIMITED. */
  open(reservation: Reservation, reply: FastifyReply): FastifyReply {
    if (reservation.isOpen) throw new GatewayError('STATE_CONFLICT');
    const stream = new EventStream(reply, this.#parts.live, AS_EVENTS, {
      end: (ending) => this.#end(reservation, ending),
    });
    reservation.isOpen = true;
    clearTimeout(reservation.expiry);
    stream.onTick(() => this.#judge(reservation));
    reservation.stream.resolve(stream);
    reply.request.visit.place?.leave();
    return reply;
  }

  /** POST. Answers 202 when the operation has begun; what is wrong with it is the answer itself. */
  async operate(
    reservation: Reservation,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const message = messageOf(request);
    const id = operationIdOf(message);
    const session = await beginSession(
      this.#parts.identity,
      headerValues(request.raw.rawHeaders, 'authorization'),
    );
    // From here on nothing is waited for until the operation has its place.
    const isThere = this.#reservations.get(reservation.token) === reservation;
    if (!isThere || JSON.stringify(session.principal) !== reservation.owner)
      throw new GatewayError('NOT_FOUND');
    const { maxPerConnection } = this.#parts.live.options;
    if (reservation.operations.has(id)) throw new GatewayError('STATE_CONFLICT');
    if (reservation.operations.size >= maxPerConnection)
      throw limitExceeded('subscriptions.maxPerConnection', maxPerConnection + 1, maxPerConnection);
    const begun = Promise.withResolvers<readonly unknown[] | undefined>();
    const { requestId, idempotencyKey } = request.visit.context;
    const operation = new LiveOperation(
      this.#parts,
      {
        transport: 'sse',
        message,
        session,
        requestId,
        idempotencyKey,
        isRequest: false,
        readsOnly: request.method === 'GET',
        clientName: clientOf(request.headers).name,
        payer: request.visit.account,
        admit: () => undefined,
      },
      sinkOf(reservation, id, begun.resolve),
    );
    reservation.operations.set(id, { operation, session });
    const endExpiry = session.onExpiry((problem) => operation.end({ reason: 'token', problem }));
    void operation.run().finally(() => {
      endExpiry();
      if (reservation.operations.get(id)?.operation === operation) reservation.operations.delete(id);
      begun.resolve(undefined);
    });
    const errors = await begun.promise;
    if (errors === undefined) return reply.code(202).send();
    return reply
      .code(statusOf(errors))
      .header('content-type', 'application/json; charset=utf-8')
      .send({ errors });
  }

  /** DELETE. */
  stop(reservation: Reservation, { query }: FastifyRequest): void {
    const id = isRecord(query) ? String(query['operationId']) : '';
    reservation.operations.get(id)?.operation.end(GONE);
    reservation.operations.delete(id);
  }

  async #judge({ operations }: Reservation): Promise<void> {
    for (const { operation, session } of operations.values()) {
      const problem = await session.judge();
      if (problem !== undefined) operation.end({ reason: 'token', problem });
    }
  }

  #end(reservation: Reservation, ending: Ending): void {
    this.#reservations.delete(reservation.token);
    for (const { operation } of reservation.operations.values()) operation.end(ending);
    reservation.operations.clear();
  }
}

/** `begun` gets what is wrong with an operation that does not begin. */
function sinkOf(
  { stream }: Reservation,
  id: string,
  begun: (errors: readonly unknown[] | undefined) => void,
): OperationSink {
  let hasBegun = false;
  const name = JSON.stringify(id);
  const send = async (text: string) =>
    (await stream.promise).send(eventOf('next', `{"id":${name},"payload":${text}}`));
  const complete = async () => (await stream.promise).send(eventOf('complete', `{"id":${name}}`));
  return {
    begin() {
      hasBegun = true;
      begun(undefined);
    },
    next: send,
    fail(errors) {
      if (!hasBegun) begun(errors);
      else void send(JSON.stringify({ errors })).then(complete);
    },
    complete: () => void complete(),
    cut: () => void stream.promise.then((open) => open.cut()),
  };
}

/** As the table has it for the first of them. */
function statusOf([first]: readonly unknown[]): number {
  const extensions = isRecord(first) ? first['extensions'] : undefined;
  const code = isRecord(extensions) ? extensions['code'] : undefined;
  const { status } = isErrorCode(code) ? ERRORS[code] : ERRORS.BAD_REQUEST;
  // Here a success says that the operation runs.
  return status < 400 ? ERRORS.BAD_REQUEST.status : status;
}

/** Throws BAD_REQUEST. */
function operationIdOf({ extensions }: JsonObject): string {
  const id = isRecord(extensions) ? extensions['operationId'] : undefined;
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_ID) return id;
  throw new GatewayError('BAD_REQUEST', {
    argument: 'extensions.operationId',
    reason: 'It must be a string.',
  });
}
