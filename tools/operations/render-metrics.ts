/**
 * The page with every metric of gateway, subgraphs and workers, made from the lists that the processes use. Writes no
 * file.
 */

import { METRICS } from '../../gateway/telemetry/metrics.ts';
import { EVENT_METRICS } from '../../subgraphs/kit/events/event-metrics.ts';
import { SUBGRAPH_METRICS } from '../../subgraphs/kit/telemetry/subgraph-metrics.ts';

interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** The text of `tools/operations/METRICS.md`. */
export function renderMetricsReference(): string {
  return [
    '<!-- Made by `npm run config:reference` from the lists in the code; edit those. -->',
    '',
    '# Metrics',
    '',
    'Times are in seconds. A histogram has the samples `_bucket`, `_sum` and `_count`. Beside these each process has the',
    'usual ones of Node: `process_cpu_seconds_total`, `process_resident_memory_bytes`, `nodejs_eventloop_lag_p99_seconds`,',
    '`nodejs_gc_duration_seconds` and others.',
    '',
    ...section('The gateway, `GET /metrics`, summed over its workers', METRICS),
    ...section('Each subgraph, `GET /metrics` on its `METRICS_PORT`', SUBGRAPH_METRICS),
    ...section('Each worker, `GET /metrics` on its `PORT`', EVENT_METRICS),
  ].join('\n');
}

function section(title: string, entries: Readonly<Record<string, Entry>>): readonly string[] {
  const rows = Object.values(entries).map(
    ({ name, kind, labels, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return [
    `## ${title}`,
    '',
    '| metric | kind | labels | what it is |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}
