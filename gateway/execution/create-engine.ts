/**
 * The engine that the config names, in one shape. Knows both engines and neither HTTP nor requests.
 */

import type { GatewayInterface } from '@apollo/server-gateway-interface';

import type { Config } from '../config/options.ts';
import { createApolloEngine, type EngineParts } from './apollo-engine.ts';
import { createCompiledEngine, type PreparedOperations } from './compiled-engine.ts';

export interface Engine {
  /** In the shape that @apollo/server takes; the context value of a request must be a CallContext. */
  readonly gateway: GatewayInterface;
  /** Operations that may take the short way; undefined for an engine that has none. */
  readonly prepared: PreparedOperations | undefined;
}

export function createEngine({ engine }: Config['execution'], parts: EngineParts): Engine {
  if (engine === 'compiled') return createCompiledEngine(parts);
  return { gateway: createApolloEngine(parts), prepared: undefined };
}
