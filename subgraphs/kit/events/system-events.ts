/**
 * What a system does with the news of others: which events it adopts, which foreign systems may report to it, and
 * which of its own entities others may compare their copies with. Knows no server and no worker.
 */

import type { EntityName } from '../../../schema/contract/events.ts';
import type { Database, Transaction } from '../database.ts';
import type { Adopters } from './adopt-event.ts';
import type { NewEvent } from './publish-event.ts';

/**
 * A foreign system that reports in its own words; each report takes effect once, by its `webhook-id`. Throws a ZodError
 * for a body that is no report, a KnownError for a report that cannot be used.
 */
export interface ForeignWebhook {
  readonly adopt: (transaction: Transaction, report: unknown) => Promise<void>;
}

export interface StatePage {
  /** Undefined starts with the first. */
  readonly after?: string | undefined;
  /** Only these, if given. */
  readonly ids?: readonly string[] | undefined;
  readonly first: number;
}

/** The present state of entities as the events that would tell it, in the order of their ids by byte. */
export type ReadStates = (database: Database, page: StatePage) => Promise<readonly NewEvent[]>;

/** A copy that is kept here, by field, as texts that can be compared; by the entity's id. */
export type CopyFields = Readonly<Record<string, string | null>>;

/** How the copies that are kept of one entity are compared with their owner's state. */
export interface Copy {
  readonly entity: EntityName;
  /** What a copy of this state holds; undefined where none is due. */
  readonly expected: (state: NewEvent) => CopyFields | undefined;
  /** What is held of these; what is missing is left out. */
  readonly readMany: (database: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, CopyFields>>;
  /** Ids of copies in the order of bytes, from `after` (exclusive) up to `upTo` (inclusive; undefined for all). */
  readonly readIds: (database: Database, range: CopyRange) => Promise<readonly string[]>;
}

export interface CopyRange {
  readonly after: string;
  readonly upTo?: string | undefined;
  readonly first: number;
}

export interface SystemEvents {
  readonly adopts: Adopters;
  /** By the name under which the source signs and its path ends. */
  readonly webhooks?: Readonly<Record<string, ForeignWebhook>>;
  readonly states?: Partial<Readonly<Record<EntityName, ReadStates>>>;
  readonly copies?: readonly Copy[];
}
