/**
 * Answers nobody but the gateway: checks the caller token (who asks) and the message signature (that this very
 * request came from the gateway just now, once). Knows no HTTP server; a request comes in as data.
 */

import { readFile } from 'node:fs/promises';

import { createLocalJWKSet, jwtVerify, type JWK, type JWTVerifyGetKey } from 'jose';

import {
  CALLER_TOKEN_ALGORITHM,
  CALLER_TOKEN_ISSUER,
  CALLER_TOKEN_LIFETIME_S,
  principalOfClaims,
} from '../../schema/contract/caller-token.ts';
import { verifyMessage } from '../../schema/contract/message-signature.ts';
import type { Principal } from '../../schema/contract/principal.ts';

/** Active keys by id; two of each kind while they are being rotated. */
export interface CallerKeys {
  readonly tokenKeys: JWTVerifyGetKey;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

export interface CallerRequest {
  readonly method: string;
  /** Path and query, as the gateway sent it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type CallerVerdict =
  | { readonly kind: 'proven'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly because: string };

/** Long enough for clocks that differ a little, short enough that the nonces of that time fit in memory. */
const TOLERANCE_S = 30;
const MOST_TOKENS = 10_000;

/** Reads a JWKS (RFC 7517) with the gateway's public Ed25519 keys and this subgraph's HMAC keys. */
export async function readCallerKeys(file: string): Promise<CallerKeys> {
  // Reason for the cast: the shape is checked key by key below, and by jose.
  const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys: readonly JWK[] };
  const publicKeys = keys.filter((key) => key.kty === 'OKP' && key.d === undefined);
  const secrets = new Map(
    keys.flatMap(({ kty, kid, k }) =>
      kty === 'oct' && kid !== undefined && k !== undefined
        ? [[kid, Buffer.from(k, 'base64url')] as const]
        : [],
    ),
  );
  if (publicKeys.length === 0) throw new Error(`${file} holds no public Ed25519 key of the gateway`);
  if (secrets.size === 0) throw new Error(`${file} holds no HMAC key`);
  return { tokenKeys: createLocalJWKSet({ keys: publicKeys }), secrets };
}

/** `subgraph` is the audience that a token must name; `nowMs` is the clock. */
export function createCallerCheck(
  keys: CallerKeys,
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
    return verdict;
  };
}

function checkSignature(request: CallerRequest, authorization: string, keys: CallerKeys, nowMs: number) {
  const { method, path, body } = request;
  const idempotencyKey = headerOf(request, 'idempotency-key') || undefined;
  const headers = {
    'content-digest': headerOf(request, 'content-digest'),
    'signature-input': headerOf(request, 'signature-input'),
    signature: headerOf(request, 'signature'),
  };
  const clock = { nowS: Math.floor(nowMs / 1000), toleranceS: TOLERANCE_S };
  return verifyMessage(
    { method, path, body, authorization, idempotencyKey },
    headers,
    (keyId) => keys.secrets.get(keyId),
    clock,
  );
}

/** Checking a signature costs a third of a millisecond, and one token serves many requests: verdicts are kept. */
function createTokenCheck(
  keys: CallerKeys,
  subgraph: string,
  nowMs: () => number,
): (token: string) => Promise<CallerVerdict> {
  const proven = new Map<string, { readonly principal: Principal; readonly expiresAtMs: number }>();
  return async (token) => {
    const known = proven.get(token);
    if (known !== undefined && known.expiresAtMs > nowMs())
      return { kind: 'proven', principal: known.principal };
    try {
      const { payload } = await jwtVerify(token, keys.tokenKeys, {
        algorithms: [CALLER_TOKEN_ALGORITHM],
        issuer: CALLER_TOKEN_ISSUER,
        audience: subgraph,
        requiredClaims: ['exp', 'iat'],
        maxTokenAge: CALLER_TOKEN_LIFETIME_S,
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(nowMs()),
      });
      const principal = principalOfClaims(payload);
      if (principal === undefined) return { kind: 'refused', because: 'the caller token has no principal' };
      if (proven.size >= MOST_TOKENS) proven.clear();
      proven.set(token, { principal, expiresAtMs: Number(payload.exp) * 1000 });
      return { kind: 'proven', principal };
    } catch (error) {
      return { kind: 'refused', because: `the caller token was not accepted: ${codeOf(error)}` };
    }
  };
}

/** True once for each nonce. Two generations cover the whole time in which a signature is accepted. */
function createNonceMemory(nowMs: () => number): (nonce: string) => boolean {
  const generationMs = 2 * TOLERANCE_S * 1000;
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnsAtMs = nowMs() + generationMs;
  return (nonce) => {
    if (nowMs() >= turnsAtMs) {
      [previous, current] = [current, new Set()];
      turnsAtMs = nowMs() + generationMs;
    }
    if (current.has(nonce) || previous.has(nonce)) return false;
    current.add(nonce);
    return true;
  };
}

function headerOf({ headers }: CallerRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
