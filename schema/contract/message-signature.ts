/**
 * The second half of the caller proof: an HTTP message signature (RFC 9421, hmac-sha256) that ties one request to
 * its path, body (RFC 9530 digest), caller token and idempotency key, for a short time and with a nonce.
 * Pure: keys, time and nonce come in as arguments. Knows no HTTP client and no server.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What the signature covers. `authorization` is the whole header value with the caller token. */
export interface SignedMessage {
  readonly method: string;
  readonly path: string;
  readonly body: string | Uint8Array;
  readonly authorization: string;
  readonly idempotencyKey?: string | undefined;
}

export interface SignatureKey {
  readonly keyId: string;
  readonly secret: Uint8Array;
}

export interface SignatureMoment {
  /** Seconds since the epoch. */
  readonly createdS: number;
  readonly nonce: string;
}

export interface SignatureHeaders {
  readonly 'content-digest': string;
  readonly 'signature-input': string;
  readonly signature: string;
}

export type SignatureVerdict =
  | { readonly kind: 'valid'; readonly nonce: string; readonly createdS: number }
  | { readonly kind: 'refused'; readonly because: string };

const LABEL = 'gateway';
const INPUT =
  /^gateway=\((?<components>[^()]*)\);created=(?<created>\d{1,12});nonce="(?<nonce>[\w-]{16,64})";keyid="(?<keyid>[\w.-]{1,64})";alg="hmac-sha256"$/;
const SIGNATURE = /^gateway=:(?<value>[A-Za-z0-9+/=]{40,48}):$/;

export function signMessage(
  message: SignedMessage,
  key: SignatureKey,
  moment: SignatureMoment,
): SignatureHeaders {
  const digest = contentDigest(message.body);
  const parameters = `(${componentsOf(message)});created=${moment.createdS};nonce="${moment.nonce}";keyid="${key.keyId}";alg="hmac-sha256"`;
  const mac = createHmac('sha256', key.secret)
    .update(signatureBase(message, digest, parameters))
    .digest('base64');
  return {
    'content-digest': digest,
    'signature-input': `${LABEL}=${parameters}`,
    signature: `${LABEL}=:${mac}:`,
  };
}

/**
 * Checks digest, time and MAC. The nonce comes back so that the receiver can refuse one that it has seen.
 * `secretOf` gives undefined for a key id that is not (or no longer) active.
 */
export function verifyMessage(
  message: SignedMessage,
  headers: Partial<SignatureHeaders>,
  secretOf: (keyId: string) => Uint8Array | undefined,
  clock: { readonly nowS: number; readonly toleranceS: number },
): SignatureVerdict {
  const input = INPUT.exec(headers['signature-input'] ?? '')?.groups;
  const given = SIGNATURE.exec(headers.signature ?? '')?.groups?.['value'];
  if (input === undefined || given === undefined) return refused('the signature is missing or malformed');
  const { components = '', created = '', nonce = '', keyid = '' } = input;
  if (components !== componentsOf(message)) return refused('the signature does not cover what it must');
  const createdS = Number(created);
  const ageS = clock.nowS - createdS;
  if (Math.abs(ageS) > clock.toleranceS) return refused(sentenceOfAge(ageS, clock.toleranceS));
  const digest = contentDigest(message.body);
  if (headers['content-digest'] !== digest) return refused('the body is not the one that was signed');
  const secret = secretOf(keyid);
  if (secret === undefined) return refused('the key is not known');
  const parameters = headers['signature-input']?.slice(LABEL.length + 1) ?? '';
  const mac = createHmac('sha256', secret)
    .update(signatureBase(message, digest, parameters))
    .digest();
  const claimed = Buffer.from(given, 'base64');
  if (claimed.length !== mac.length || !timingSafeEqual(claimed, mac))
    return refused('the signature does not match');
  return { kind: 'valid', nonce, createdS };
}

/** Names the clocks: whoever reads it has to know where to look. */
function sentenceOfAge(ageS: number, toleranceS: number): string {
  return ageS > 0
    ? `the signature is older than ${toleranceS} s by this clock: the clocks differ, or the call was late`
    : `the signature is more than ${toleranceS} s ahead of this clock: the clocks differ`;
}

function refused(because: string): SignatureVerdict {
  return { kind: 'refused', because };
}

function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function componentsOf(message: SignedMessage): string {
  const covered = '"@method" "@path" "content-digest" "authorization"';
  return message.idempotencyKey === undefined ? covered : `${covered} "idempotency-key"`;
}

/** RFC 9421, section 2.5. */
function signatureBase(message: SignedMessage, digest: string, parameters: string): string {
  const lines = [
    `"@method": ${message.method}`,
    `"@path": ${message.path}`,
    `"content-digest": ${digest}`,
    `"authorization": ${message.authorization}`,
  ];
  if (message.idempotencyKey !== undefined) lines.push(`"idempotency-key": ${message.idempotencyKey}`);
  lines.push(`"@signature-params": ${parameters}`);
  return lines.join('\n');
}
