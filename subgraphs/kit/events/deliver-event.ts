/**
 * One attempt to tell another system: a signed POST, and what its answer means for the next. Knows no queue.
 */

import { isErrorCode } from '../../../schema/contract/errors.ts';
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
const STRANGE = 'and no word of a receiver of ours';
const LARGEST_ANSWER_BYTES = 64 * 1024;

interface Answer {
  readonly outcome?: unknown;
  readonly errors?: readonly {
    readonly extensions?: { readonly code?: unknown; readonly reason?: unknown };
  }[];
}

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
    return outcomeOf(response.status, await readAnswer(response));
  } catch (error) {
    return { kind: 'unreachable', because: sentenceOf(error) };
  }
}

/** Who has adopted an event says so, and who never will names a code of ours; all else is from somebody else. */
function outcomeOf(status: number, answer: Answer): DeliveryOutcome {
  const { outcome, errors } = answer;
  const { code, reason } = errors?.[0]?.extensions ?? {};
  if (status >= 200 && status < 300 && typeof outcome === 'string') return { kind: 'delivered' };
  const words = [code, reason].filter((part) => typeof part === 'string').join(': ');
  const because = `${status} ${words === '' ? STRANGE : words.slice(0, 300)}`;
  if (UNREACHABLE.includes(status)) return { kind: 'unreachable', because };
  const isForGood = status >= 400 && status < 500 && !LATER.includes(status) && isErrorCode(code);
  return { kind: isForGood ? 'refused' : 'later', because };
}

/** What our own receivers say; of others nothing, since it might be anything, of any length. */
async function readAnswer(response: Response): Promise<Answer> {
  // Reason for the cast: the bodies of `fetch` are bytes.
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER_BYTES) return {};
    chunks.push(chunk);
  }
  try {
    // Reason for the cast: the reading stops wherever the shape is another.
    return (JSON.parse(Buffer.concat(chunks).toString()) ?? {}) as Answer;
  } catch {
    return {};
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
