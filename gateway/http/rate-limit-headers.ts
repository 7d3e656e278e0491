/**
 * What is left of somebody's quotas as headers: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers,
 * version 11), and Retry-After. Knows no quota's meaning.
 */

import type { Account, MeterReading } from '../request/account.ts';

export const RATE_LIMIT_HEADERS = ['ratelimit-policy', 'ratelimit'];

/** Empty where the account was not charged yet. */
export function rateLimitHeaders({ readings, refusedForMs }: Account): Readonly<Record<string, string>> {
  const told = readings.flatMap(({ policy, standing }) =>
    standing === undefined ? [] : { policy, standing },
  );
  if (told.length === 0) return {};
  return {
    'ratelimit-policy': told.map(({ policy }) => policyItem(policy)).join(', '),
    ratelimit: told
      .map(
        ({ policy, standing }) => `"${policy.name}";r=${standing.remaining};t=${secondsOf(standing.resetMs)}`,
      )
      .join(', '),
    ...(refusedForMs === undefined ? {} : { 'retry-after': String(secondsOf(refusedForMs)) }),
  };
}

/** A unit is named where it is not the draft's own; names are of letters and dots, so nothing has to be escaped. */
function policyItem({ name, unit, limit, windowS }: MeterReading['policy']): string {
  return `"${name}";q=${limit}${unit === 'requests' ? '' : `;qu="${unit}"`};w=${windowS}`;
}

/** Never earlier than it is true. */
function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
