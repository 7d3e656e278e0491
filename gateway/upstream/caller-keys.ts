/**
 * The keys by which the gateway proves itself: one Ed25519 key that signs who asks, and for each subgraph a shared
 * secret that signs each message. A file of them may change while the gateway runs. Knows nothing of the proofs made
 * with them.
 */

import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { JWK } from 'jose';

import { followFiles, unchanging, type Followed } from '../../schema/contract/follow-files.ts';
import type { SignatureKey } from '../../schema/contract/message-signature.ts';
import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { isRecord } from '../base/is-record.ts';
import { reasonsOf, StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';

export interface CallerKeys {
  readonly token: { readonly keyId: string; readonly key: KeyObject | webcrypto.CryptoKey };
  /** By the subgraph's name. */
  readonly messages: ReadonlyMap<string, SignatureKey>;
}

const KEY_ID = /^[\w.-]{1,64}$/;

/**
 * The first key of a kind signs; later ones are there while keys change hands. Throws StartRefused. A file that
 * changes later is taken over, or refused and logged.
 */
export function followCallerKeys(
  { keysFile: file, keys }: NonNullable<Config['callerProof']>,
  subgraphs: readonly string[],
  log: Logger,
): Followed<CallerKeys> {
  if (file === undefined) return unchanging(parseKeys(keys, 'callerProof.keys', subgraphs));
  return followFiles({
    files: [file],
    read: () => parseKeys(readText(file), fileNamed(file), subgraphs),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ file }, 'changed caller keys are in use')
        : log.error({ file, reasons: reasonsOf(problem) }, 'changed caller keys refused; the old ones stay'),
    nowMs: () => performance.now(),
  });
}

function parseKeys(text: string | undefined, place: string, subgraphs: readonly string[]): CallerKeys {
  const keys = readKeys(text, place);
  const signing = keys.find((key) => key.kty === 'OKP' && key.crv === 'Ed25519' && key.d !== undefined);
  const problems: string[] = [];
  if (signing === undefined) problems.push(`${place} holds no private Ed25519 key.`);
  const messages = new Map<string, SignatureKey>();
  for (const subgraph of subgraphs) {
    const key = keys.find(({ kty, aud, k }) => kty === 'oct' && aud === subgraph && k !== undefined);
    const secret = Buffer.from(key?.k ?? '', 'base64url');
    if (secret.length >= 32) messages.set(subgraph, { keyId: key?.kid ?? '', secret });
    else
      problems.push(
        `${place} holds no oct key of 32 bytes or more with "aud": "${subgraph}", for the subgraph ${subgraph}.`,
      );
  }
  if (signing === undefined || problems.length > 0) throw new StartRefused(problems);
  return { token: { keyId: signing.kid ?? '', key: importSigningKey(place, signing) }, messages };
}

function readKeys(text: string | undefined, place: string): readonly (JWK & { readonly aud?: unknown })[] {
  const keys = parseKeySet(text);
  if (keys === undefined) throw new StartRefused([`${place} cannot be read as a JWKS.`]);
  if (!keys.every(({ kid }) => typeof kid === 'string' && KEY_ID.test(kid))) {
    throw new StartRefused([`${place}: every key needs a kid of letters, digits, "_", "." and "-".`]);
  }
  return keys;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (problem) {
    throw new StartRefused([`${fileNamed(file)} ${whyUnreadable(problem)}.`]);
  }
}

function fileNamed(file: string): string {
  return `The key file ${file}`;
}

function parseKeySet(text: string | undefined): readonly JWK[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRecord(value) && isKeyList(value['keys']) ? value['keys'] : undefined;
  } catch {
    // The cause quotes the text, which holds secrets.
    return undefined;
  }
}

function isKeyList(value: unknown): value is readonly JWK[] {
  return Array.isArray(value) && value.every((key) => isRecord(key) && typeof key['kty'] === 'string');
}

function importSigningKey(place: string, jwk: JWK): KeyObject {
  try {
    return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    throw new StartRefused([`${place}: the private Ed25519 key cannot be used.`]);
  }
}
