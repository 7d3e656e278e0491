/**
 * What live updates count, as it stands on the page at /metrics. Knows no connection.
 */

import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import type { SubgraphPolicy } from '../resilience/subgraph-policy.ts';
import type { Metrics, Sample } from '../telemetry/metrics.ts';
import { TRANSPORTS, type LiveUpdates, type TransportCounts } from './live-updates.ts';

export function collectLive(
  { collect }: Metrics,
  live: LiveUpdates | undefined,
  policies: SubgraphPolicies,
): void {
  const each = (valueOf: (counts: TransportCounts) => number) => (): Sample[] =>
    live === undefined
      ? []
      : TRANSPORTS.map((transport) => ({ labels: { transport }, value: valueOf(live.counts[transport]) }));
  const ofSubgraphs = (valueOf: (policy: SubgraphPolicy) => number) => (): Sample[] =>
    [...policies.all()].map(([subgraph, policy]) => ({ labels: { subgraph }, value: valueOf(policy) }));
  collect(
    'liveConnections',
    each(({ connections }) => connections),
  );
  collect(
    'subscriptionsRunning',
    each(({ subscriptions }) => subscriptions),
  );
  collect(
    'eventsDelivered',
    each(({ delivered }) => delivered),
  );
  collect(
    'eventsDropped',
    each(({ dropped }) => dropped),
  );
  collect('subscriptionsEnded', () =>
    TRANSPORTS.flatMap((transport) =>
      Object.entries(live?.counts[transport].ended ?? {}).map(([reason, value]): Sample => {
        return { labels: { transport, reason }, value };
      }),
    ),
  );
  collect(
    'subgraphStreams',
    ofSubgraphs(({ streams }) => streams.open),
  );
  collect(
    'subgraphStreamsReopened',
    ofSubgraphs(({ streams }) => streams.reopened),
  );
}
