/**
 * A client for every subgraph of a supergraph, with its own limits where the config names it.
 * Knows the config's layers; does not know where the list of subgraphs comes from.
 */

import { randomUUID } from 'node:crypto';

import { allOrRefused, StartRefused } from '../base/start-refused.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { Config } from '../config/options.ts';
import { overrideOf, subgraphSettings } from '../config/subgraph-settings.ts';
import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import type { Meters } from '../telemetry/meters.ts';
import { followCallerKeys } from './caller-keys.ts';
import { createCallerProof, type CallerProof } from './caller-proof.ts';
import { createTlsConnector } from './connect-tls.ts';
import type { SubgraphTarget } from './call-sender.ts';
import { SubgraphClient } from './subgraph-client.ts';

interface Address {
  readonly name: string;
  readonly url: string;
}

export interface ClientParts {
  readonly config: Pick<Config, 'subgraphs' | 'callerProof' | 'log'>;
  readonly policies: SubgraphPolicies;
  readonly log: Logger;
  /** Count every call. */
  readonly meters?: Meters | undefined;
}

/** By the subgraph's name. Opens no connection yet; rejects with StartRefused. */
export async function createClients(
  addresses: readonly Address[],
  { config, policies, log, meters }: ClientParts,
): Promise<ReadonlyMap<string, SubgraphClient>> {
  const { subgraphs, callerProof } = config;
  const names = addresses.map(({ name }) => name);
  const unknown = Object.keys(subgraphs.overrides).filter((name) => !names.includes(name));
  const [targets, prove] = await allOrRefused([
    allOrRefused(addresses.map(async (address) => targetOf(address, subgraphs, log))),
    Promise.try(callerProofOf, callerProof, names, log),
    ...unknown.map(async (name) => refuse(unknownSubgraph(name, names))),
  ]);
  return new Map(
    targets.map((target) => {
      const watched = {
        ...target,
        meter: meters?.callsTo(target.name),
        quotesMessages: config.log.subgraphMessages,
      };
      return [target.name, new SubgraphClient(watched, policies.of(target.name), prove)];
    }),
  );
}

function targetOf(address: Address, subgraphs: Config['subgraphs'], log: Logger): SubgraphTarget {
  const { name } = address;
  const { url = address.url, tls } = overrideOf(name, subgraphs.overrides) ?? {};
  const protocol = URL.parse(url)?.protocol ?? '';
  if (!/^https?:$/.test(protocol)) refuse(missingUrl(name));
  if (tls !== undefined && protocol !== 'https:')
    refuse(`subgraphs.overrides.${name}.tls needs an https address.`);
  return {
    name,
    url,
    ...subgraphSettings(name, subgraphs),
    connect: tls && createTlsConnector(tls, name, log),
  };
}

function refuse(problem: string): never {
  throw new StartRefused([problem]);
}

function callerProofOf(
  config: Config['callerProof'],
  subgraphs: readonly string[],
  log: Logger,
): CallerProof | undefined {
  if (config === undefined) return undefined;
  const keys = followCallerKeys(config, subgraphs, log);
  return createCallerProof(keys, { nowS: () => Math.floor(Date.now() / 1000), nonce: randomUUID });
}

function missingUrl(name: string): string {
  return `The supergraph has no http or https routing URL for the subgraph ${name}; set subgraphs.overrides.${name}.url.`;
}

function unknownSubgraph(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  const hint = near === undefined ? `It has ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return `subgraphs.overrides.${name}: the supergraph has no such subgraph. ${hint}`;
}
