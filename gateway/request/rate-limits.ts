/**
 * How much somebody may ask within a time: which quotas a request uses up, and the refusal when one is used up. The
 * same for every transport; knows no HTTP and not where is counted.
 */

import { hash } from 'node:crypto';

import { isSignedIn, type Principal } from '../../schema/contract/principal.ts';
import type { Config } from '../config/options.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { Account, type Policy, type Unit } from './account.ts';
import { networkOf } from './client-address.ts';

export const DIMENSIONS = ['principal', 'client', 'address'] as const;
export const UNITS: readonly Unit[] = ['requests', 'cost'];

type Dimension = (typeof DIMENSIONS)[number];
type Options = Config['rateLimits'];

/** Who asks, as far as limits go by it. */
export interface Asker {
  readonly principal: Principal;
  /** Of the client, not of a proxy. */
  readonly address: string;
  /** What the client calls itself; proves nothing. */
  readonly clientName: string | undefined;
}

/** How often a policy has refused, by its name; only ever grows. */
export type Refusals = Readonly<Record<string, number>>;

export interface RateLimits {
  /** What one request, or one connection of many operations, uses up; undefined where nothing limits the asker. */
  readonly open: (asker: Asker) => Account | undefined;
  readonly refusals: Refusals;
}

/** Enough to tell askers apart; a name as it is could be long, and is nobody's business in a store. */
const HASH_LENGTH = 22;

/** Undefined where nothing is limited at all. */
export function createRateLimits(options: Options, store: SharedStore): RateLimits | undefined {
  const policies = policiesOf(options);
  if (policies.length === 0) return undefined;
  const refusals: Record<string, number> = Object.fromEntries(policies.map(({ name }) => [name, 0]));
  const onRefusal = (name: string) => {
    refusals[name] = (refusals[name] ?? 0) + 1;
  };
  const names = new Set(options.client.names);
  return {
    refusals,
    open(asker) {
      const partitions = partitionsOf(asker, names, options);
      const meters = policies.flatMap(({ dimension, ...policy }) => {
        const partition = partitions[dimension];
        return partition === undefined ? [] : { ...policy, key: `rate:${policy.name}:${partition}` };
      });
      return meters.length === 0 ? undefined : new Account(meters, store, onRefusal);
    },
  };
}

function policiesOf(options: Options): readonly (Policy & { readonly dimension: Dimension })[] {
  return DIMENSIONS.flatMap((dimension) =>
    UNITS.flatMap((unit) => {
      const quota = options[dimension][unit];
      if (quota === undefined) return [];
      const { limit, windowS } = quota;
      return { dimension, unit, name: `${dimension}.${unit}`, limit, windowS };
    }),
  );
}

/** For each dimension who uses one quota together; undefined where the dimension does not count the asker. */
function partitionsOf(
  { principal, address, clientName }: Asker,
  names: ReadonlySet<string>,
  { address: byAddress }: Options,
): Readonly<Record<Dimension, string | undefined>> {
  const isKnown = isSignedIn(principal);
  return {
    principal: isKnown ? shortened(principal.subject) : undefined,
    client: clientOf(principal, clientName, names),
    address: isKnown && !byAddress.countsSignedIn ? undefined : networkOf(address),
  };
}

/** What a token says is proven. A header is believed among a few names, so that nobody gets quotas by making up more. */
function clientOf({ clientId }: Principal, name: string | undefined, names: ReadonlySet<string>): string {
  if (clientId !== undefined) return `id:${shortened(clientId)}`;
  return name !== undefined && names.has(name) ? `name:${shortened(name)}` : 'other';
}

function shortened(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, HASH_LENGTH);
}
