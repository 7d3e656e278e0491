/**
 * Which requests at /graphql are about event streams (GraphQL over SSE), in both modes of the protocol. Knows no
 * operation.
 */

import cluster from 'node:cluster';

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { EVENT_STREAM_TYPE } from '../../schema/contract/event-streams.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { answerInEvents, type DistinctParts } from './distinct-connection.ts';
import type { SingleConnections } from './single-connection.ts';

export interface EventStreamParts extends DistinctParts {
  readonly single: SingleConnections;
}

/** Undefined for a request that is answered like any other. Throws GatewayError. */
export function answerLive(
  parts: EventStreamParts,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> | undefined {
  const reservation = parts.single.find(request);
  const isStream = wantsEvents(request.headers.accept);
  if (reservation !== undefined)
    return isStream && request.method === 'GET'
      ? parts.single.open(reservation, reply)
      : parts.single.operate(reservation, request, reply);
  return isStream ? answerInEvents(parts, request, reply) : undefined;
}

/** Gives the methods that are answered. */
export function addReservations(
  app: FastifyInstance,
  url: string,
  { single }: EventStreamParts,
): readonly HTTPMethods[] {
  // What comes next may reach another process, which knows of no reservation.
  if (cluster.isWorker) return [];
  app.put(url, (request, reply) =>
    reply.code(201).header('content-type', 'text/plain; charset=utf-8').send(single.reserve(request)),
  );
  app.delete(url, (request, reply) => {
    const reservation = single.find(request);
    if (reservation === undefined) throw new GatewayError('NOT_FOUND');
    single.stop(reservation, request);
    return reply.code(200).send();
  });
  return ['PUT', 'DELETE'];
}

/** Whether the client would rather have events than JSON: some name both, and mean it for subscriptions alone. */
export function wantsEvents(accept: string | undefined): boolean {
  if (accept?.toLowerCase().includes(EVENT_STREAM_TYPE) !== true) return false;
  const [best] = accept
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return { type, quality: Number(quality) };
    })
    // The sort is stable: of two that are liked as much, the client named the first one first.
    .sort((one, other) => other.quality - one.quality);
  return best?.type === EVENT_STREAM_TYPE;
}
