/**
 * One attempt to tell another system: a signed POST, and what its answer means for the next. Knows no queue.
 */

import type { Followed } from '../../../schema/contract/follow-files.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { signWebhook } from './webhook-signature.ts';

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** Nobody is there, or it is overwhelmed: the same holds for everything else that it is to be told. */
  | { readonly kind: 'unreachable'; readonly because: string }
  /** This event cannot be adopted now. */
  | { readonly kind: 'later'; readonly because: string }
  /** It can never be. */
  | { readonly kind: 'refused'; readonly because: string };

export interface WebhookSender {
  readonly system: SystemName;
  readonly secrets: Followed<WebhookSecrets>;
  /** The base of every system that is told something. */
  readonly urlOf: (receiver: SystemName) => string;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
}

export interface Message {
  readonly receiver: SystemName;
  /** Behind `/events/<sender>`. */
  readonly path: '' | '/state';
  readonly id: string;
  readonly body: string;
}

/** Try again: these say that something else than the event is wrong. A lost secret is no reason to lose events. */
const LATER = [401, 408, 409, 425, 429];
const UNREACHABLE = [502, 503, 504];

/** Throws what `fetch` throws, and a plain error where there is no secret. */
export async function sendWebhook(sender: WebhookSender, message: Message): Promise<Response> {
  const { receiver, path, id, body } = message;
  const secrets = sender.secrets.current().sendingTo(receiver);
  if (secrets.length === 0) throw new Error(`no secret is known to tell ${receiver} anything`);
  return fetch(new URL(`/events/${sender.system}${path}`, sender.urlOf(receiver)), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signWebhook({ id, body }, secrets, sender.nowMs()) },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(sender.timeoutMs),
  });
}

/** Never throws. */
export async function deliverEvent(
  sender: WebhookSender,
  receiver: SystemName,
  event: { readonly id: string },
): Promise<DeliveryOutcome> {
  try {
    const message = { receiver, path: '', id: event.id, body: JSON.stringify(event) } as const;
    const response = await sendWebhook(sender, message);
    const text = await response.text();
    return outcomeOf(response.status, text);
  } catch (error) {
    return { kind: 'unreachable', because: sentenceOf(error) };
  }
}

function outcomeOf(status: number, text: string): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const because = `${status} ${reasonIn(text)}`.trim();
  if (UNREACHABLE.includes(status)) return { kind: 'unreachable', because };
  return status >= 500 || LATER.includes(status) ? { kind: 'later', because } : { kind: 'refused', because };
}

/** What our own receivers say; of others nothing, since it might be anything. */
function reasonIn(text: string): string {
  try {
    // Reason for the cast: the reading stops wherever the shape is another.
    const answer = JSON.parse(text) as {
      readonly errors?: readonly {
        readonly extensions?: { readonly code?: unknown; readonly reason?: unknown };
      }[];
    };
    const { code, reason } = answer.errors?.[0]?.extensions ?? {};
    return [code, reason]
      .filter((part) => typeof part === 'string')
      .join(': ')
      .slice(0, 300);
  } catch {
    return '';
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
