/**
 * The counts of a system's events as Prometheus reads them. Knows no server.
 */

import type { EventStatus } from './count-events.ts';

export function renderMetrics(status: EventStatus): string {
  const waiting = status.deliveries.flatMap(({ subscriber, ...states }) =>
    Object.entries(states).map(
      ([state, count]) => `tributary_events{subscriber="${subscriber}",state="${state}"} ${count}`,
    ),
  );
  return [
    '# HELP tributary_events Events by subscriber: waiting, retrying, or dead and not settled.',
    '# TYPE tributary_events gauge',
    ...waiting,
    '# HELP tributary_events_unrelayed Events in the outbox that no queue has yet.',
    '# TYPE tributary_events_unrelayed gauge',
    `tributary_events_unrelayed ${status.unrelayed}`,
    '',
  ].join('\n');
}
