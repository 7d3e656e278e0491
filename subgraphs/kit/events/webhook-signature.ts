/**
 * Standard Webhooks: signs a body with every active secret, and checks that one of them signed what came. Pure: secrets
 * and time come in as arguments. Knows no HTTP server and no event.
 */

import { timingSafeEqual } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

export type WebhookHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>;

export type WebhookVerdict =
  { readonly kind: 'proven'; readonly id: string } | { readonly kind: 'refused'; readonly because: string };

export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came, byte for byte. */
  readonly body: string;
}

const ID = /^[\w.:-]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;
/** Two are enough for a rotation; more would let a stranger make us compute. */
const MOST_SIGNATURES = 8;

export function signWebhook(
  { id, body }: { readonly id: string; readonly body: string },
  secrets: readonly Uint8Array[],
  nowMs: number,
): WebhookHeaders {
  const sentAt = new Date(nowMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, { id, sentAt, body })).join(' '),
  };
}

/** Not the library's own check: that one knows neither another time window than 5 minutes nor another clock. */
export function verifyWebhook(
  { headers, body }: ReceivedWebhook,
  secrets: readonly Uint8Array[],
  { nowMs, toleranceMs }: { readonly nowMs: number; readonly toleranceMs: number },
): WebhookVerdict {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || !ID.test(id)) return refused('webhook-id is missing or malformed');
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp))
    return refused('webhook-timestamp is missing or malformed');
  if (typeof signatures !== 'string') return refused('webhook-signature is missing');
  const sentAt = new Date(Number(timestamp) * 1000);
  const ageMs = nowMs - sentAt.getTime();
  if (Math.abs(ageMs) > toleranceMs) {
    return refused(
      ageMs > 0
        ? 'the signature is too old by this clock: the clocks differ, or it comes late'
        : 'the signature is too far ahead of this clock: the clocks differ',
    );
  }
  if (secrets.length === 0) return refused('no secret is known for this sender');
  const given = signatures.split(' ').slice(0, MOST_SIGNATURES);
  const isProven = secrets.some((secret) => {
    const expected = signatureOf(secret, { id, sentAt, body });
    return given.some((signature) => isSame(signature, expected));
  });
  return isProven ? { kind: 'proven', id } : refused('the signature does not match');
}

interface SignedContent {
  readonly id: string;
  readonly sentAt: Date;
  readonly body: string;
}

function signatureOf(secret: Uint8Array, { id, sentAt, body }: SignedContent): string {
  // A plain Uint8Array: the library asks for that very class.
  return new Webhook(new Uint8Array(secret), { format: 'raw' }).sign(id, sentAt, body);
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refused(because: string): WebhookVerdict {
  return { kind: 'refused', because };
}
