/**
 * A tracer where one is configured. The library behind it is read only then: it would be a tenth of the process.
 */

import type { Tracer, TracerOptions } from './trace-span.ts';

/** Throws where the options cannot be used. */
export async function startTracer(options: TracerOptions): Promise<Tracer> {
  const { createTracer } = await import('./open-telemetry.ts');
  return createTracer(options);
}
