/**
 * Answers nobody but the gateway: checks the caller token (who asks) and the message signature (that this very
 * request came from the gateway just now, once). Knows no HTTP server; a request comes in as data.
 */

import { errors, jwtVerify, type JWTPayload } from 'jose';

import {
  CALLER_TOKEN_ALGORITHM,
  CALLER_TOKEN_ISSUER,
  CALLER_TOKEN_LIFETIME_S,
  principalOfClaims,
} from '../../schema/contract/caller-token.ts';
import type { Followed } from '../../schema/contract/follow-files.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../schema/contract/idempotency-key.ts';
import { verifyMessage } from '../../schema/contract/message-signature.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import type { CallerKeys } from './caller-keys.ts';

export interface CallerRequest {
  readonly method: string;
  /** Path and query, as the gateway sent it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type CallerVerdict =
  | {
      readonly kind: 'proven';
      readonly principal: Principal;
      readonly idempotencyKey?: string | undefined;
    }
  | { readonly kind: 'refused'; readonly because: string };

/** Long enough for clocks that differ a little, short enough that the nonces of that time fit in memory. */
const TOLERANCE_S = 30;
const MOST_TOKENS = 10_000;

/** `subgraph` is the audience that a token must name; `nowMs` is the clock. */
export function createCallerCheck(
  keys: Followed<CallerKeys>,
  subgraph: string,
  nowMs: () => number,
): (request: CallerRequest) => Promise<CallerVerdict> {
  const principalOf = createTokenCheck(keys, subgraph, nowMs);
  const isFirstUse = createNonceMemory(nowMs);
  return async (request) => {
    const authorization = headerOf(request, 'authorization');
    const token = /^Bearer (?<token>[\w.-]{1,16000})$/.exec(authorization)?.groups?.['token'];
    if (token === undefined) return { kind: 'refused', because: 'the caller token is missing' };
    const signature = checkSignature(request, authorization, keys, nowMs());
    if (signature.kind === 'refused') return signature;
    const verdict = await principalOf(token);
    if (verdict.kind === 'proven' && !isFirstUse(signature.nonce)) {
      return { kind: 'refused', because: 'the request was seen before' };
    }
    if (verdict.kind === 'refused') return verdict;
    const idempotencyKey = idempotencyKeyOf(request);
    return idempotencyKey === undefined ? verdict : { ...verdict, idempotencyKey };
  };
}

function checkSignature(
  request: CallerRequest,
  authorization: string,
  keys: Followed<CallerKeys>,
  nowMs: number,
) {
  const { method, path, body } = request;
  const idempotencyKey = idempotencyKeyOf(request);
  const headers = {
    'content-digest': headerOf(request, 'content-digest'),
    'signature-input': headerOf(request, 'signature-input'),
    signature: headerOf(request, 'signature'),
  };
  const clock = { nowS: Math.floor(nowMs / 1000), toleranceS: TOLERANCE_S };
  return verifyMessage(
    { method, path, body, authorization, idempotencyKey },
    headers,
    (keyId) => keys.current().secrets.get(keyId) ?? keys.latest().secrets.get(keyId),
    clock,
  );
}

interface ProvenToken {
  readonly principal: Principal;
  readonly expiresAtMs: number;
}

/** Checking a signature costs a third of a millisecond, and one token serves many requests: verdicts are kept. */
function createTokenCheck(
  keys: Followed<CallerKeys>,
  subgraph: string,
  nowMs: () => number,
): (token: string) => Promise<CallerVerdict> {
  let judgedBy = keys.current();
  let proven = new Map<string, ProvenToken>();
  return async (token) => {
    // A key that is gone proves nothing any more, nor do the verdicts that it once gave.
    if (judgedBy !== keys.current()) proven = new Map();
    judgedBy = keys.current();
    const remembered = proven;
    const known = remembered.get(token);
    if (known !== undefined && known.expiresAtMs > nowMs())
      return { kind: 'proven', principal: known.principal };
    try {
      const payload = await verifyToken(token, keys, { subgraph, nowMs: nowMs() });
      const principal = principalOfClaims(payload);
      if (principal === undefined) return { kind: 'refused', because: 'the caller token has no principal' };
      if (remembered.size >= MOST_TOKENS) remembered.clear();
      const expiresAtS = Math.min(Number(payload.exp), Number(payload.iat) + CALLER_TOKEN_LIFETIME_S);
      remembered.set(token, { principal, expiresAtMs: expiresAtS * 1000 });
      return { kind: 'proven', principal };
    } catch (error) {
      return { kind: 'refused', because: `the caller token was not accepted: ${codeOf(error)}` };
    }
  };
}

async function verifyToken(
  token: string,
  keys: Followed<CallerKeys>,
  { subgraph, nowMs }: { readonly subgraph: string; readonly nowMs: number },
): Promise<JWTPayload> {
  const demands = {
    algorithms: [CALLER_TOKEN_ALGORITHM],
    issuer: CALLER_TOKEN_ISSUER,
    audience: subgraph,
    requiredClaims: ['exp', 'iat'],
    maxTokenAge: CALLER_TOKEN_LIFETIME_S,
    clockTolerance: TOLERANCE_S,
    currentDate: new Date(nowMs),
  };
  const { tokenKeys } = keys.current();
  try {
    return (await jwtVerify(token, tokenKeys, demands)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    const latest = keys.latest();
    if (latest.tokenKeys === tokenKeys) throw error;
    return (await jwtVerify(token, latest.tokenKeys, demands)).payload;
  }
}

/** True once for each nonce. Two generations cover the whole time in which a signature is accepted. */
function createNonceMemory(nowMs: () => number): (nonce: string) => boolean {
  const generationMs = 2 * TOLERANCE_S * 1000;
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnsAtMs = nowMs() + generationMs;
  return (nonce) => {
    const now = nowMs();
    // The second is of a clock that was set back: until it has caught up, all would be remembered.
    if (now >= turnsAtMs || now < turnsAtMs - generationMs) {
      [previous, current] = [current, new Set()];
      turnsAtMs = now + generationMs;
    }
    if (current.has(nonce) || previous.has(nonce)) return false;
    current.add(nonce);
    return true;
  };
}

/** Also an empty one is one: what was not signed is not passed over. */
function idempotencyKeyOf({ headers }: CallerRequest): string | undefined {
  const value = headers[IDEMPOTENCY_KEY_HEADER];
  return value === undefined ? undefined : String(value);
}

function headerOf({ headers }: CallerRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
