/**
 * The counts of a system's events, and of copies that differ, as Prometheus reads them. Knows no server.
 */

import type { EventStatus } from './count-events.ts';
import type { DriftRow } from './reconciliations.ts';

export function renderMetrics(status: EventStatus, drift: readonly DriftRow[]): string {
  const waiting = status.deliveries.flatMap(({ subscriber, ...states }) =>
    Object.entries(states).map(
      ([state, count]) => `tributary_events{subscriber="${subscriber}",state="${state}"} ${count}`,
    ),
  );
  const differing = drift.map(
    ({ owner, entity, field, differences }) =>
      `tributary_copy_differences{owner="${owner}",entity="${entity}",field="${field}"} ${differences}`,
  );
  return [
    '# HELP tributary_events Events by subscriber: waiting, retrying, or dead and not settled.',
    '# TYPE tributary_events gauge',
    ...waiting,
    '# HELP tributary_events_unrelayed Events in the outbox that no queue has yet.',
    '# TYPE tributary_events_unrelayed gauge',
    `tributary_events_unrelayed ${status.unrelayed}`,
    '# HELP tributary_copy_differences Copies that differed from their owner when they were last compared.',
    '# TYPE tributary_copy_differences gauge',
    ...differing,
    '',
  ].join('\n');
}
