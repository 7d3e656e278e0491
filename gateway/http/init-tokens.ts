/**
 * Where the client of a WebSocket says who it is: in the header of the upgrade, or in the payload of `connection_init`,
 * in the spellings that clients use. Knows no token.
 */

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';

export interface UpgradeTokens {
  /** The Authorization headers of the upgrade. */
  readonly authorizations: readonly string[];
  /** Whether a browser made it for a page of another site. */
  readonly isForeign: boolean;
}

/**
 * Authorization values, each once. A page of another site must bring a token of its own: what its browser adds (a
 * password, a certificate, a place within the company's network) is not the page's. Throws UNAUTHENTICATED.
 */
export function tokensOf(payload: unknown, { authorizations, isForeign }: UpgradeTokens): readonly string[] {
  const said = authorizationsIn(payload);
  if (!isForeign) return [...new Set([...authorizations, ...said])];
  if (said.length === 0) throw new GatewayError('UNAUTHENTICATED', { reason: 'origin' });
  return [...new Set(said)];
}

function authorizationsIn(payload: unknown): readonly string[] {
  if (!isRecord(payload)) return [];
  const { headers } = payload;
  return [...ownOf(payload), ...(isRecord(headers) ? ownOf(headers) : [])];
}

function ownOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    if (name.toLowerCase() !== 'authorization' || value === undefined || value === null) return [];
    if (typeof value !== 'string') throw new GatewayError('UNAUTHENTICATED', { reason: 'malformed' });
    // Who is not signed in sends an empty one.
    return value === '' ? [] : [value];
  });
}
