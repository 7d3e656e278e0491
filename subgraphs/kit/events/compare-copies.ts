/**
 * Compares the copies that a system keeps with their owners' state, page by page and with a pause after each, and asks
 * for what differs to be sent again. What differs only because an event is under way is looked at twice.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { EVENTS, type EntityName } from '../../../schema/contract/events.ts';
import type { SystemName } from '../../../schema/ownership.ts';
import type { Database } from '../database.ts';
import { LARGEST_STATE_PAGE } from './answer-state.ts';
import { askState } from './ask-state.ts';
import type { WebhookSender } from './deliver-event.ts';
import type { NewEvent } from './publish-event.ts';
import type { Copy, CopyFields } from './system-events.ts';

/** `missing` and `unknown to its owner` stand where a whole copy is too few or too many. */
export interface Difference {
  readonly owner: SystemName;
  readonly entity: EntityName;
  readonly id: string;
  readonly field: string;
}

export interface Comparison {
  readonly compared: number;
  readonly differences: readonly Difference[];
}

export interface ComparisonOptions {
  readonly database: Database;
  readonly sender: WebhookSender;
  readonly repairs: boolean;
  /** After each page, so that neither side feels it. */
  readonly betweenPagesMs: number;
  /** Longer than an event usually takes. */
  readonly secondLookAfterMs: number;
}

const MISSING = 'missing';
const UNKNOWN = 'unknown to its owner';
/** Of one page; what is more than that is found when these are gone. */
const MOST_UNKNOWN = 1_000;

/** Throws where an owner cannot be asked. */
export async function compareCopies(
  copies: readonly Copy[],
  options: ComparisonOptions,
): Promise<Comparison> {
  const found: Comparison[] = [];
  for (const copy of copies) found.push(await compareOne(copy, options));
  return {
    compared: found.reduce((sum, { compared }) => sum + compared, 0),
    differences: found.flatMap(({ differences }) => differences),
  };
}

async function compareOne(copy: Copy, options: ComparisonOptions): Promise<Comparison> {
  const { sender, repairs, betweenPagesMs, secondLookAfterMs } = options;
  const { entity } = copy;
  const owner = ownerOf(entity);
  const suspects = new Set<string>();
  let compared = 0;
  let after = '';
  for (;;) {
    const states = await askState(sender, owner, { entity, after });
    const upTo = states.length < LARGEST_STATE_PAGE ? undefined : states.at(-1)?.id;
    const copied = await copy.readIds(options.database, { after, upTo, first: MOST_UNKNOWN });
    for (const { id } of await differencesAmong(copy, options.database, { states, copied })) suspects.add(id);
    compared += states.length;
    if (upTo === undefined) break;
    after = upTo;
    await pause(betweenPagesMs);
  }
  if (suspects.size > 0) await pause(secondLookAfterMs);
  const differences: Difference[] = [];
  for (const ids of inPages([...suspects])) {
    const states = await askState(sender, owner, { entity, ids });
    differences.push(...(await differencesAmong(copy, options.database, { states, copied: ids })));
    const mendable = new Set(differences.filter(({ field }) => field !== UNKNOWN).map(({ id }) => id));
    const repaired = ids.filter((id) => mendable.has(id));
    if (repairs && repaired.length > 0)
      await askState(sender, owner, { entity, ids: repaired, repair: true });
    await pause(betweenPagesMs);
  }
  return { compared, differences };
}

interface Sides {
  readonly states: readonly NewEvent[];
  /** Ids of which there may be copies. */
  readonly copied: readonly string[];
}

async function differencesAmong(
  copy: Copy,
  database: Database,
  { states, copied }: Sides,
): Promise<readonly Difference[]> {
  const { entity } = copy;
  const owner = ownerOf(entity);
  const expected = new Map(states.map((state) => [state.id, copy.expected(state)]));
  const ids = [...new Set([...expected.keys(), ...copied])];
  const held = await copy.readMany(database, ids);
  return ids.flatMap((id) =>
    fieldsThatDiffer(expected.get(id), held.get(id)).map((field) => ({ owner, entity, id, field })),
  );
}

function fieldsThatDiffer(expected: CopyFields | undefined, held: CopyFields | undefined): readonly string[] {
  if (expected === undefined) return held === undefined ? [] : [UNKNOWN];
  if (held === undefined) return [MISSING];
  return Object.keys(expected).filter((field) => expected[field] !== held[field]);
}

function ownerOf(entity: EntityName): SystemName {
  const route = Object.values(EVENTS).find((each) => each.entity === entity);
  if (route === undefined) throw new Error(`nobody tells of ${entity}`);
  return route.from;
}

function inPages(ids: readonly string[]): readonly (readonly string[])[] {
  const pages = Math.ceil(ids.length / LARGEST_STATE_PAGE);
  return Array.from({ length: pages }, (_, page) =>
    ids.slice(page * LARGEST_STATE_PAGE, (page + 1) * LARGEST_STATE_PAGE),
  );
}
