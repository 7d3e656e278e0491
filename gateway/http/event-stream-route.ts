/**
 * Which requests at /graphql are about streams: events (GraphQL over SSE), in both modes of the protocol, or parts.
 * Knows no operation.
 */

import cluster from 'node:cluster';

import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import { answerInStream, type DistinctParts } from './distinct-connection.ts';
import type { SingleConnections } from './single-connection.ts';
import { AS_EVENTS, framingOf } from './stream-framing.ts';

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
  const framing = framingOf(request.headers.accept);
  if (reservation !== undefined)
    return framing === AS_EVENTS && request.method === 'GET'
      ? parts.single.open(reservation, reply)
      : parts.single.operate(reservation, request, reply);
  return framing && answerInStream(parts, framing, request, reply);
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
