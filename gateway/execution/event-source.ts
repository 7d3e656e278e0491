/**
 * Where the events of a subscription come from: the one fetch of its plan that the owner answers again and again.
 * Knows no transport and does not run what follows an event.
 */

import type { QueryPlan } from '@apollo/query-planner';

import type { JsonObject } from '../base/is-record.ts';
import type { GatewayError } from '../base/gateway-error.ts';
import type { OpenStream, StreamListener } from '../upstream/event-streams.ts';
import type { CallContext, SubgraphClient } from '../upstream/subgraph-client.ts';
import { variablesOf } from './fetch-outcome.ts';

export interface EventSource {
  readonly subgraph: string;
  /** Resolves when the stream is open, or with why it is not. Never rejects. */
  readonly open: (
    variables: JsonObject,
    call: CallContext,
    listener: StreamListener,
  ) => Promise<OpenStream | GatewayError>;
  /** What an opening would ask of whom; two that ask the same have the same events. */
  readonly asks: (variables: JsonObject) => string;
  /** Counts that a stream which broke is open again. */
  readonly countReopened: () => void;
}

/** Undefined for what is no subscription. */
export function compileSource(
  { node }: QueryPlan,
  clients: ReadonlyMap<string, SubgraphClient>,
): EventSource | undefined {
  if (node?.kind !== 'Subscription') return undefined;
  const { primary } = node;
  const client = clients.get(primary.serviceName);
  if (client === undefined) throw new Error(`no client for the subgraph ${primary.serviceName}`);
  const askedWith = (variables: JsonObject) => ({
    query: primary.operation,
    variables: variablesOf(primary, variables),
  });
  return {
    subgraph: client.name,
    open: (variables, call, listener) => client.events.open(askedWith(variables), call, listener),
    asks: (variables) => JSON.stringify([client.name, client.events.url, askedWith(variables)]),
    countReopened: () => client.events.countReopened(),
  };
}
