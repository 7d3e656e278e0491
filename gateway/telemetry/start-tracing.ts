/**
 * The gateway's tracer where the options name a collector, with a line in the log when it takes no spans and when it
 * does again. Knows no request.
 */

import { startTracer } from '../../schema/contract/start-tracer.ts';
import type { Tracer } from '../../schema/contract/trace-span.ts';
import type { Config } from '../config/options.ts';
import type { Logger } from './create-logger.ts';

/** Undefined where nothing is traced; no library is loaded then. */
export async function startTracing(
  { endpoint, ...options }: Config['traces'],
  log: Logger,
): Promise<Tracer | undefined> {
  if (endpoint === undefined) return undefined;
  return startTracer({
    ...options,
    endpoint,
    onTrouble: (trouble) =>
      trouble === undefined
        ? log.info('spans are exported again')
        : log.error({ cause: trouble }, 'spans cannot be exported; requests do not wait for it'),
  });
}
