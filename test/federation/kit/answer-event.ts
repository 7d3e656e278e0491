/**
 * What an engine answers, of a subscription to the one event that its source tells when it is asked as for a query.
 * Knows no transport of events.
 */

import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';

import { graphqlErrorOf } from '../../../gateway/execution/graphql-error-of.ts';
import type { Subscribing, SubscribingCall } from '../../../gateway/execution/prepared-subscription.ts';
import type { SubgraphClient } from '../../../gateway/upstream/subgraph-client.ts';
import { newCall } from './answer-in-parts.ts';

export async function answerEvent(
  clients: ReadonlyMap<string, SubgraphClient>,
  execute: (call: SubscribingCall) => Promise<GatewayExecutionResult>,
): Promise<GatewayExecutionResult> {
  const subscribing: Subscribing = { prepared: undefined };
  const call = { ...newCall(), subscribing };
  const result = await execute(call);
  const { prepared } = subscribing;
  if (prepared === undefined) return result;
  const { compiled, variables } = prepared;
  const client = clients.get(compiled.source.subgraph);
  if (client === undefined) throw new Error(`no client for ${compiled.source.subgraph}`);
  const [, , question]: readonly unknown[] = JSON.parse(compiled.source.asks(variables));
  const event = await client.ask(JSON.stringify(question), call);
  const { data, failures } = await compiled.run(variables, call, event);
  return failures.length === 0 ? { data } : { data, errors: failures.map(graphqlErrorOf) };
}
