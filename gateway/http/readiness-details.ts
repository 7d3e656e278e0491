/**
 * Who is told what exactly is missing, which circuits are open and which supergraph is served: for others a status is
 * enough, and what stands behind the gateway is nobody else's business. Knows no probe.
 */

import type { FastifyRequest } from 'fastify';

import type { Scope } from '../../schema/contract/principal.ts';
import type { Config } from '../config/options.ts';
import type { Identity } from '../identity/create-identity.ts';
import { headerValues } from './header-values.ts';

const NEEDED: Scope = 'ops:read';
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
/** Whoever comes through a proxy on the same machine is not on it. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** Never rejects. */
export function detailsPermit(
  { details }: Config['readiness'],
  identity: Identity,
): (request: FastifyRequest) => Promise<boolean> {
  if (details === 'everyone') return () => Promise.resolve(true);
  return async (request) => {
    if (isFromHere(request)) return true;
    const authorizations = headerValues(request.raw.rawHeaders, 'authorization');
    if (authorizations.length === 0) return false;
    // A probe with a token that is not accepted gets what one without gets.
    const principal = await identity(authorizations).catch(() => undefined);
    return principal?.scopes.includes(NEEDED) ?? false;
  };
}

function isFromHere({ raw, headers }: FastifyRequest): boolean {
  const isPassedOn = PASSED_ON.some((name) => headers[name] !== undefined);
  return !isPassedOn && LOOPBACK.test(raw.socket.remoteAddress ?? '');
}
