/**
 * What holds for one subgraph: its own options laid over the defaults. Knows no option's meaning.
 */

import type { Config } from './options.ts';
import type { SubgraphSettings } from './subgraph-options.ts';

type Overrides = Config['subgraphs']['overrides'];

/** What is written of the subgraph alone. A name is the supergraph's to choose, be it `constructor`. */
export function overrideOf(name: string, overrides: Overrides): Overrides[string] | undefined {
  return Object.hasOwn(overrides, name) ? overrides[name] : undefined;
}

export function subgraphSettings(
  name: string,
  { defaults, overrides }: Config['subgraphs'],
): SubgraphSettings {
  const own = overrideOf(name, overrides);
  if (own === undefined) return defaults;
  return {
    timeoutMs: own.timeoutMs ?? defaults.timeoutMs,
    maxResponseBytes: own.maxResponseBytes ?? defaults.maxResponseBytes,
    maxConnections: own.maxConnections ?? defaults.maxConnections,
    maxWaiting: own.maxWaiting ?? defaults.maxWaiting,
    deduplicate: own.deduplicate ?? defaults.deduplicate,
    retries: overlay(defaults.retries, own.retries),
    circuitBreaker: overlay(defaults.circuitBreaker, own.circuitBreaker),
    subscriptions: overlay(defaults.subscriptions, own.subscriptions),
  };
}

type Overlay<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

function overlay<Options extends object>(defaults: Options, own: Overlay<Options>): Options {
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
