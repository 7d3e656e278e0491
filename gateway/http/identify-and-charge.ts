/**
 * Who asks, and whether they may ask now: each request is counted before anything of its body is read, and one whose
 * token is refused is counted where it comes from. Knows no limit.
 */

import { ANONYMOUS, type Principal } from '../../schema/contract/principal.ts';
import type { Account } from '../request/account.ts';
import type { AddressFacts, ClientAddress } from '../request/client-address.ts';
import type { RateLimits } from '../request/rate-limits.ts';
import { givenName } from './client-name.ts';
import type { Visit } from './visit.ts';

export interface RequestCounter {
  readonly rates: RateLimits;
  readonly addressOf: ClientAddress;
}

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

async function charge(visit: Visit, counter: RequestCounter, principal: Principal): Promise<void> {
  const { socket, headers } = visit.request;
  visit.account = accountOf(principal, counter, { remoteAddress: socket.remoteAddress, headers });
  await visit.account?.charge('requests', 1);
}

/**
 * Of a connection only what is asked on it counts, and that a token is refused. Rejects as `identify` does, or with
 * RATE_LIMITED.
 */
export async function identifyOrCharge<Who>(
  facts: AddressFacts,
  counter: RequestCounter | undefined,
  identify: () => Promise<Who>,
): Promise<Who> {
  try {
    return await identify();
  } catch (refusal) {
    if (counter !== undefined) await accountOf(ANONYMOUS, counter, facts)?.charge('requests', 1);
    throw refusal;
  }
}

/** Undefined where nothing limits whoever asks. */
export function accountOf(
  principal: Principal,
  { rates, addressOf }: RequestCounter,
  facts: AddressFacts,
): Account | undefined {
  return rates.open({ principal, address: addressOf(facts), clientName: givenName(facts.headers) });
}
