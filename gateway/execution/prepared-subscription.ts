/**
 * A subscription that has passed all that a request passes, ready to be opened: what an engine gives instead of an
 * answer. Knows no transport and opens nothing.
 */

import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { CompiledOperation } from './compile-operation.ts';
import type { EventSource } from './event-source.ts';

export interface CompiledSubscription extends CompiledOperation {
  readonly source: EventSource;
}

export interface PreparedSubscription {
  readonly compiled: CompiledSubscription;
  /** As the client sent them. */
  readonly variables: JsonObject;
}

/** Where the engine puts it; undefined as long as there is none. */
export interface Subscribing {
  prepared: PreparedSubscription | undefined;
}

/** Whoever takes events says so; without it a subscription is refused. */
export interface SubscribingCall extends CallContext {
  readonly subscribing?: Subscribing | undefined;
}

export function beginSubscription(
  { subscribing }: SubscribingCall,
  compiled: CompiledSubscription,
  variables: JsonObject,
): GatewayExecutionResult {
  if (subscribing === undefined) throw new Error('nobody takes the events');
  subscribing.prepared = { compiled, variables };
  return { data: null };
}

/** Of an engine that runs operations once. */
export function noEvents(): GraphQLError {
  const { status } = ERRORS.BAD_REQUEST;
  return new GraphQLError('This gateway answers no subscriptions: its engine is "apollo".', {
    extensions: { code: 'BAD_REQUEST', http: { status } },
  });
}
