/**
 * The keys by which a subgraph knows the gateway, from a file that may change while it runs or from the environment.
 * Knows the shape of the key set and no proof made with it.
 */

import { readFileSync } from 'node:fs';

import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';

import { followFiles, unchanging, type Followed } from '../../schema/contract/follow-files.ts';

/** Active keys by id; two of each kind while they are being rotated. */
export interface CallerKeys {
  readonly tokenKeys: JWTVerifyGetKey;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

/** One of the two. */
export type CallerKeySource = { readonly file: string } | { readonly text: string };

/** As long as what HMAC-SHA256 makes (RFC 2104, section 3). */
const SHORTEST_SECRET_BYTES = 32;

/**
 * A JWKS (RFC 7517) with the gateway's public Ed25519 keys and this subgraph's HMAC keys. A file that changes is
 * taken over, or refused and logged; throws a sentence where the keys cannot be used at the start.
 */
export function followCallerKeys(
  source: CallerKeySource,
  subgraph: string,
  log: Logger,
): Followed<CallerKeys> {
  if ('text' in source) return unchanging(parseKeys(source.text, 'CALLER_KEYS', subgraph));
  const { file } = source;
  return followFiles({
    files: [file],
    read: () => parseKeys(readFileSync(file, 'utf8'), file, subgraph),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ file }, 'changed caller keys are in use')
        : log.error(
            { file, because: sentenceOf(problem) },
            'changed caller keys were refused; the old ones stay',
          ),
    nowMs: () => performance.now(),
  });
}

function parseKeys(text: string, place: string, subgraph: string): CallerKeys {
  const keys = parseKeySet(text);
  if (keys === undefined) throw new Error(`${place} cannot be read as a JWKS`);
  const publicKeys = keys.filter((key) => key.kty === 'OKP' && key.crv === 'Ed25519' && key.d === undefined);
  const secrets = new Map(keys.flatMap((key) => secretOf(key, subgraph)));
  if (publicKeys.length === 0) throw new Error(`${place} holds no public Ed25519 key of the gateway`);
  if (secrets.size === 0) {
    throw new Error(`${place} holds no HMAC key of ${SHORTEST_SECRET_BYTES} bytes or more for ${subgraph}`);
  }
  return { tokenKeys: createLocalJWKSet({ keys: publicKeys }), secrets };
}

function parseKeySet(text: string): readonly JWK[] | undefined {
  try {
    // Reason for the cast: the shape is checked here, key by key above, and by jose.
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) && keys.every(isKey) ? keys : undefined;
  } catch {
    // The parser's sentence quotes the text, which holds secrets.
    return undefined;
  }
}

function isKey(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string';
}

function secretOf({ kty, kid, k, aud }: JWK & { readonly aud?: unknown }, subgraph: string) {
  if (kty !== 'oct' || kid === undefined || k === undefined || aud !== subgraph) return [];
  const secret = Buffer.from(k, 'base64url');
  return secret.length < SHORTEST_SECRET_BYTES ? [] : [[kid, secret] as const];
}

function sentenceOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
