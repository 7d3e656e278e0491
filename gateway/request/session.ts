/**
 * Who asks on a connection that lives longer than a request: judged when it begins and again for every event. Knows no
 * transport and no token's text.
 */

import type { Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Identity } from '../identity/create-identity.ts';

export interface Session {
  readonly principal: Principal;
  /** Why the token does not count any more; undefined as long as it does. Never rejects. */
  readonly judge: () => Promise<GatewayError | undefined>;
  /** Calls once, when the token expires. Gives what ends the waiting. */
  readonly onExpiry: (run: (error: GatewayError) => void) => () => void;
}

/** A verdict that is no older need not be asked for again: a burst of events costs one look at the keys. */
const VERDICT_HOLDS_MS = 1_000;
/** Timers cannot wait for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Rejects with what the token is refused for. */
export async function beginSession(identity: Identity, authorizations: readonly string[]): Promise<Session> {
  const { principal, expiresAtMs } = await identity.identify(authorizations);
  const name = JSON.stringify(principal);
  let judgedAtMs = performance.now();
  let verdict: GatewayError | undefined;
  return {
    principal,
    async judge() {
      if (verdict === undefined && Date.now() >= expiresAtMs) verdict = expired();
      if (verdict !== undefined || expiresAtMs === Infinity) return verdict;
      if (performance.now() - judgedAtMs < VERDICT_HOLDS_MS) return undefined;
      judgedAtMs = performance.now();
      return (verdict = await judgeAgain(identity, authorizations, name));
    },
    onExpiry(run) {
      if (expiresAtMs === Infinity) return () => undefined;
      let timer: NodeJS.Timeout;
      const wait = () => {
        const leftMs = expiresAtMs - Date.now();
        if (leftMs <= 0) run(expired());
        else timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS));
      };
      timer = setTimeout(wait, 0);
      return () => clearTimeout(timer);
    },
  };
}

async function judgeAgain(
  identity: Identity,
  authorizations: readonly string[],
  name: string,
): Promise<GatewayError | undefined> {
  try {
    const { principal } = await identity.identify(authorizations);
    return JSON.stringify(principal) === name
      ? undefined
      : new GatewayError('UNAUTHENTICATED', { reason: 'claims' });
  } catch (error) {
    return error instanceof GatewayError ? error : new GatewayError('INTERNAL', {}, error);
  }
}

function expired(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { reason: 'expired' });
}
