/**
 * The public keys that may sign a supergraph, from a JWKS (RFC 7517) that may change while the gateway runs. Knows no
 * signature.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { followFiles, type Followed } from '../../schema/contract/follow-files.ts';
import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { isRecord } from '../base/is-record.ts';
import { reasonsOf, StartRefused } from '../base/start-refused.ts';
import type { Logger } from '../telemetry/create-logger.ts';

/** By `kid`. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** Throws StartRefused. A file that changes later is taken over, or refused and logged. */
export function followPublicKeys(file: string, log: Logger): Followed<PublicKeys> {
  return followFiles({
    files: [file],
    read: () => readPublicKeys(file),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ file }, 'changed keys of the supergraph are in use')
        : log.error(
            { file, reasons: reasonsOf(problem) },
            'changed keys of the supergraph refused; the old ones stay',
          ),
    nowMs: () => performance.now(),
  });
}

function readPublicKeys(file: string): PublicKeys {
  const keys = new Map(parseKeySet(file).map((jwk) => readKey(file, jwk)));
  if (keys.size === 0) throw refused(file, 'holds no key');
  return keys;
}

function parseKeySet(file: string): readonly unknown[] {
  const text = readText(file);
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value) && Array.isArray(value['keys'])) return value['keys'];
  } catch {
    // The parser's sentence quotes the text, which may hold secrets by mistake.
  }
  throw refused(file, 'cannot be read as a JWKS');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refused(file, whyUnreadable(error));
  }
}

function readKey(file: string, jwk: unknown): readonly [string, KeyObject] {
  if (!isRecord(jwk) || typeof jwk['kid'] !== 'string') throw refused(file, 'needs a kid for every key');
  if (jwk['kty'] === 'oct' || jwk['d'] !== undefined) throw refused(file, 'must hold public keys only');
  const { kid, kty, crv } = jwk;
  const isKnown = (kty === 'OKP' && crv === 'Ed25519') || (kty === 'EC' && crv === 'P-256');
  if (!isKnown) throw refused(file, 'may hold keys of Ed25519 and P-256 only');
  try {
    return [kid, createPublicKey({ key: jwk, format: 'jwk' })];
  } catch {
    throw refused(file, 'holds a key that cannot be used');
  }
}

function refused(file: string, because: string): StartRefused {
  return new StartRefused([`The key set ${file} of the supergraph ${because}.`]);
}
