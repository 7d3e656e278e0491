/**
 * Who asks, and whether they may ask now: each request is counted before anything of its body is read, and one whose
 * token is refused is counted where it comes from. Knows the headers by which clients name themselves.
 */

import type { FastifyRequest } from 'fastify';

import { ANONYMOUS, type Principal } from '../../schema/contract/principal.ts';
import type { Account } from '../request/account.ts';
import type { ClientAddress } from '../request/client-address.ts';
import type { RateLimits } from '../request/rate-limits.ts';

export interface RequestCounter {
  readonly rates: RateLimits;
  readonly addressOf: ClientAddress;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request uses up; undefined where nothing limits it. */
    account: Account | undefined;
  }
}

const CLIENT_NAME_HEADERS = ['apollographql-client-name', 'graphql-client-name'];

/** Rejects as `identify` does, or with RATE_LIMITED. Without a counter nothing is counted. */
export async function identifyAndCharge(
  request: FastifyRequest,
  counter: RequestCounter | undefined,
  identify: () => Promise<Principal>,
): Promise<Principal> {
  if (counter === undefined) return identify();
  try {
    const principal = await identify();
    await charge(request, counter, principal);
    return principal;
  } catch (refusal) {
    // Who guesses tokens is held to the limits of who has none.
    if (request.account === undefined) await charge(request, counter, ANONYMOUS);
    throw refusal;
  }
}

async function charge(
  request: FastifyRequest,
  { rates, addressOf }: RequestCounter,
  principal: Principal,
): Promise<void> {
  const { raw, headers } = request;
  const address = addressOf({ remoteAddress: raw.socket.remoteAddress, headers });
  const named = CLIENT_NAME_HEADERS.map((name) => headers[name]).find((name) => typeof name === 'string');
  request.account = rates.open({ principal, address, clientName: named });
  await request.account?.charge('requests', 1);
}
