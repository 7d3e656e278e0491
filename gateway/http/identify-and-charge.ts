/**
 * Who asks, and whether they may ask now: each request is counted before anything of its body is read, and one whose
 * token is refused is counted where it comes from. Knows the headers by which clients name themselves.
 */

import { ANONYMOUS, type Principal } from '../../schema/contract/principal.ts';
import type { ClientAddress } from '../request/client-address.ts';
import type { RateLimits } from '../request/rate-limits.ts';
import type { Visit } from './visit.ts';

export interface RequestCounter {
  readonly rates: RateLimits;
  readonly addressOf: ClientAddress;
}

const CLIENT_NAME_HEADERS = ['apollographql-client-name', 'graphql-client-name'];

/** Rejects as `identify` does, or with RATE_LIMITED. */
export async function identifyAndCharge(
  visit: Visit,
  counter: RequestCounter,
  identify: () => Promise<Principal>,
): Promise<Principal> {
  try {
    const principal = await identify();
    await charge(visit, counter, principal);
    return principal;
  } catch (refusal) {
    // Who guesses tokens is held to the limits of who has none.
    if (visit.account === undefined) await charge(visit, counter, ANONYMOUS);
    throw refusal;
  }
}

async function charge(
  visit: Visit,
  { rates, addressOf }: RequestCounter,
  principal: Principal,
): Promise<void> {
  const { socket, headers } = visit.request;
  const address = addressOf({ remoteAddress: socket.remoteAddress, headers });
  const named = CLIENT_NAME_HEADERS.map((name) => headers[name]).find((name) => typeof name === 'string');
  visit.account = rates.open({ principal, address, clientName: named });
  await visit.account?.charge('requests', 1);
}
