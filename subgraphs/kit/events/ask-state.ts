/**
 * Asks an owner how its entities stand, a page at a time, and to send again what differs here. The other side is
 * `answer-state.ts`.
 */

import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { EVENT_DATA, type EntityName, type EventType } from '../../../schema/contract/events.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import { sendWebhook, type WebhookSender } from './deliver-event.ts';
import type { NewEvent } from './publish-event.ts';

export interface StateQuestion {
  readonly entity: EntityName;
  readonly after?: string;
  readonly ids?: readonly string[];
  readonly repair?: boolean;
}

const stateShape = z.object({
  states: z.array(
    z.object({ type: z.enum(Object.keys(EVENT_DATA)), id: z.string(), version: z.int(), data: z.unknown() }),
  ),
});

/** Throws a sentence where the owner does not answer, or not as agreed. */
export async function askState(
  sender: WebhookSender,
  owner: SystemName,
  question: StateQuestion,
): Promise<readonly NewEvent[]> {
  const id = `state_${randomUUID()}`;
  const message = { receiver: owner, path: '/state', id, body: JSON.stringify(question) } as const;
  const response = await sendWebhook(sender, message);
  const text = await response.text();
  if (!response.ok) throw new Error(`${owner} answered ${response.status} when it was asked for its state`);
  return stateShape.parse(JSON.parse(text)).states.map(({ type, id: entityId, version, data }) => {
    // Reason for the cast: the schema lets only the keys of EVENT_DATA through.
    const known = EVENT_DATA[type as EventType].parse(data);
    // Reason for the cast: the data was read by the shape of this very type.
    return { type, id: entityId, version, data: known } as NewEvent;
  });
}
