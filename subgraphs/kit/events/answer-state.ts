/**
 * Tells another system how things stand here, so that it can compare its copies, and sends it the present state again
 * where a copy differs. Only to who adopts these entities anyway.
 */

import { z } from 'zod';

import { EVENTS, type EntityName } from '../../../schema/contract/events.ts';
import { isSystemName } from '../../../schema/ownership.ts';
import type { Database } from '../database.ts';
import { KnownError } from '../known-error.ts';
import { publishEvents, type NewEvent } from './publish-event.ts';
import type { SystemEvents } from './system-events.ts';

/** A page has to be no burden, whoever asks. */
export const LARGEST_STATE_PAGE = 200;

const stateQuestion = z.object({
  entity: z.string(),
  after: z.string().optional(),
  ids: z.array(z.string()).max(LARGEST_STATE_PAGE).optional(),
  /** Send these again as events. */
  repair: z.boolean().default(false),
});

interface Answering {
  readonly events: SystemEvents;
  readonly database: Database;
}

export async function answerState(
  { events, database }: Answering,
  source: string,
  question: unknown,
): Promise<{ readonly states: readonly NewEvent[] }> {
  const asked = stateQuestion.safeParse(question);
  const readStates = asked.success ? readerFor(events, source, asked.data.entity) : undefined;
  if (!asked.success || readStates === undefined)
    throw new KnownError('EVENT_REFUSED', { reason: 'The sender keeps no copy of this.' });
  const { after, ids, repair } = asked.data;
  const page = { after, ids, first: LARGEST_STATE_PAGE };
  if (!repair || ids === undefined) return { states: await readStates(database, page) };
  return database.transaction().execute(async (transaction) => {
    const states = await readStates(transaction, page);
    await publishEvents(transaction, states, { onlyTo: source });
    return { states };
  });
}

function readerFor({ states = {} }: SystemEvents, source: string, entity: string) {
  if (!isSystemName(source)) return undefined;
  const isAdopted = Object.values(EVENTS).some(
    (route) => route.entity === entity && route.adoptedBy.includes(source),
  );
  // Reason for the cast: an entity that an event is about is one of them.
  return isAdopted ? states[entity as EntityName] : undefined;
}
