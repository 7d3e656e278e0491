/**
 * What operators see of a subgraph's process, as the environment wants it: metrics behind METRICS_PORT, traces where
 * the standard variables of OpenTelemetry name a collector. Neither costs anything, memory included, where it is not
 * wanted.
 */

import type { Logger } from 'pino';

import { startTracer } from '../../../schema/contract/start-tracer.ts';
import { readTraceEnvironment } from '../../../schema/contract/trace-environment.ts';
import type { Tracer } from '../../../schema/contract/trace-span.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import type { RequestWatch } from './watch-requests.ts';

export interface Watching {
  readonly watch: RequestWatch;
  /** Never rejects. */
  readonly stop: () => Promise<void>;
}

const MOST_QUEUED_SPANS = 2_048;
const EXPORT_EVERY_MS = 5_000;

/** Rejects where the port is taken. */
export async function startWatching(
  system: SystemName,
  door: { readonly host: string; readonly port: number } | undefined,
  log: Logger,
): Promise<Watching> {
  const metrics = door === undefined ? undefined : await openDoor(door, log);
  const tracer = await tracerOf(system, log);
  return {
    watch: { metrics: metrics?.counted, tracer },
    stop: async () => {
      await Promise.all([metrics?.close(), tracer?.stop()]);
    },
  };
}

async function openDoor(place: { readonly host: string; readonly port: number }, log: Logger) {
  const { createSubgraphMetrics } = await import('./subgraph-metrics.ts');
  const { openMetricsDoor } = await import('./metrics-door.ts');
  const counted = createSubgraphMetrics();
  const { url, close } = await openMetricsDoor(counted.registry, place);
  log.info({ url }, 'metrics are read here');
  return { counted, close };
}

async function tracerOf(system: SystemName, log: Logger): Promise<Tracer | undefined> {
  const { endpoint, sampleRatio = 1, serviceName } = readTraceEnvironment(process.env);
  if (endpoint === undefined) return undefined;
  return startTracer({
    endpoint,
    headers: {},
    // Only for what does not come from the gateway, whose decision holds else.
    sampleRatio,
    serviceName: serviceName ?? `tributary-${system}`,
    maxQueuedSpans: MOST_QUEUED_SPANS,
    exportEveryMs: scheduleOf(process.env['OTEL_BSP_SCHEDULE_DELAY']),
    onTrouble: (trouble) =>
      trouble === undefined
        ? log.info('spans are exported again')
        : log.error({ because: trouble }, 'spans cannot be exported; requests do not wait for it'),
  });
}

function scheduleOf(given: string | undefined): number {
  const ms = Number(given);
  return Number.isInteger(ms) && ms > 0 ? ms : EXPORT_EVERY_MS;
}
