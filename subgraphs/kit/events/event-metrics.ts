/**
 * The counts of a system's events, and of copies that differ, as Prometheus reads them. Knows no server.
 */

import type { EventStatus } from './count-events.ts';
import type { DriftRow } from './reconciliations.ts';

export const EVENT_METRICS = {
  events: {
    kind: 'gauge',
    name: 'tributary_events',
    help: 'Events by subscriber: waiting, retrying, or dead and not settled.',
    labels: ['subscriber', 'state'],
  },
  unrelayed: {
    kind: 'gauge',
    name: 'tributary_events_unrelayed',
    help: 'Events in the outbox that no queue has yet.',
    labels: [],
  },
  copyDifferences: {
    kind: 'gauge',
    name: 'tributary_copy_differences',
    help: 'Copies that differed from their owner when they were last compared.',
    labels: ['owner', 'entity', 'field'],
  },
} as const;

export function renderMetrics(status: EventStatus, drift: readonly DriftRow[]): string {
  const { events, unrelayed, copyDifferences } = EVENT_METRICS;
  const waiting = status.deliveries.flatMap(({ subscriber, ...states }) =>
    Object.entries(states).map(
      ([state, count]) => `${events.name}{subscriber="${subscriber}",state="${state}"} ${count}`,
    ),
  );
  const differing = drift.map(
    ({ owner, entity, field, differences }) =>
      `${copyDifferences.name}{owner="${owner}",entity="${entity}",field="${field}"} ${differences}`,
  );
  return [
    ...headOf(events),
    ...waiting,
    ...headOf(unrelayed),
    `${unrelayed.name} ${status.unrelayed}`,
    ...headOf(copyDifferences),
    ...differing,
    '',
  ].join('\n');
}

function headOf({ name, help, kind }: (typeof EVENT_METRICS)[keyof typeof EVENT_METRICS]): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
}
