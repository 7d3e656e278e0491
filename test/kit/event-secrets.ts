/**
 * Webhook secrets of the reference company for tests: one for each sender and receiver, always the same.
 */

import { createHash } from 'node:crypto';

import { unchanging, type Followed } from '../../schema/contract/follow-files.ts';
import type { WebhookSecrets } from '../../subgraphs/kit/events/webhook-secrets.ts';

export function eventSecret(sender: string, receiver: string): Uint8Array {
  return createHash('sha256').update(`${sender} tells ${receiver}`).digest();
}

export function eventSecretsOf(system: string): Followed<WebhookSecrets> {
  return unchanging({
    sendingTo: (receiver) => [eventSecret(system, receiver)],
    receivingFrom: (sender) => [eventSecret(sender, system)],
  });
}
