/**
 * The engine that the config names, in one shape. Knows both engines and neither HTTP nor requests.
 */

import type { GatewayInterface } from '@apollo/server-gateway-interface';

import { StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { startPlanning } from '../planning/start-planning.ts';
import type { PlanningMeter } from '../telemetry/meters.ts';
import type { EngineParts } from './apollo-engine.ts';
import { createCompiledEngine } from './compiled-engine.ts';
import type { PreparedOperations } from './prepared-operations.ts';

interface MeteredEngineParts extends EngineParts {
  readonly meter?: PlanningMeter | undefined;
}

export interface Engine {
  /** In the shape that @apollo/server takes; the context value of a request must be a CallContext. */
  readonly gateway: GatewayInterface;
  /** Operations that may take the short way; undefined for an engine that has none. */
  readonly prepared: PreparedOperations | undefined;
}

export async function createEngine(
  { execution, planning, introspection }: Pick<Config, 'execution' | 'planning' | 'introspection'>,
  { meter, ...parts }: MeteredEngineParts,
): Promise<Engine> {
  if (execution.engine === 'compiled')
    return createCompiledEngine(parts, (supergraphSdl) =>
      startPlanning({ supergraphSdl, options: planning, log: parts.log, meter }),
    );
  // Its library introspects a schema of its own.
  if (introspection.filtered)
    throw new StartRefused(['introspection.filtered needs execution.engine to be "compiled".']);
  const { createApolloEngine } = await import('./apollo-engine.ts');
  return { gateway: createApolloEngine(parts), prepared: undefined };
}
