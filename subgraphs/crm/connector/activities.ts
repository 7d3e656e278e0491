/**
 * Activities as the CRM's tables hold them. What was logged is never changed.
 */

import { sql, type RawBuilder } from 'kysely';

import type { Database, Transaction } from '../../kit/database.ts';
import { mintId } from '../../kit/global-id.ts';
import { badInput } from '../../kit/known-error.ts';
import { byId } from '../../kit/loaders.ts';
import {
  countRowsOfParents,
  readPagesOfParents,
  type Keyset,
  type Page,
  type PageRequest,
} from '../../kit/page.ts';
import { violatedConstraint } from '../../kit/violated-constraint.ts';

export interface ActivityRow {
  readonly id: string;
  readonly customerId: string;
  readonly dealId: string | null;
  readonly kind: string;
  readonly subject: string;
  readonly body: string | null;
  readonly authorId: string | null;
  readonly occurredAt: Date;
  readonly createdAt: Date;
}

export interface ActivityConditions {
  readonly kind?: string | undefined;
}

export type NewActivity = Omit<ActivityRow, 'id' | 'createdAt' | 'occurredAt'> & {
  /** Null means now. */
  readonly occurredAt: Date | null;
};

export const ACTIVITIES_OF_CUSTOMER: Keyset = {
  order: 'customer.activities',
  column: 'occurred_at',
  type: 'timestamptz',
  direction: 'DESC',
};

const COLUMNS = sql`id, customer_id, deal_id, kind, subject, body, author_id, occurred_at, created_at`;

export async function readActivities(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ActivityRow>> {
  const { rows } = await sql<ActivityRow>`
    select ${COLUMNS} from activity where id = any(${[...ids]}::text[])`.execute(database);
  return byId(rows);
}

export function pageActivitiesOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: ActivityConditions,
  request: PageRequest,
): Promise<ReadonlyMap<string, Page<ActivityRow>>> {
  return readPagesOfParents(database, ofCustomers(conditions), ACTIVITIES_OF_CUSTOMER, {
    ...request,
    parentIds: customerIds,
  });
}

export function countActivitiesOfCustomers(
  database: Database,
  customerIds: readonly string[],
  conditions: ActivityConditions,
): Promise<ReadonlyMap<string, number>> {
  return countRowsOfParents(database, ofCustomers(conditions), customerIds);
}

/** Throws BAD_USER_INPUT for a customer or a deal that does not exist, or a deal of another customer. */
export async function insertActivity(transaction: Transaction, activity: NewActivity): Promise<ActivityRow> {
  const { customerId, dealId, kind, subject, body, authorId, occurredAt } = activity;
  // The deal comes from the customer's own deals, so that a deal of another customer inserts nothing.
  const statement = sql<ActivityRow>`
    insert into activity (id, customer_id, deal_id, kind, subject, body, author_id, occurred_at, created_at)
    select ${mintId('Activity')}, ${customerId}, ${dealId}::text, ${kind}, ${subject}, ${body}, ${authorId}::text,
      coalesce(${occurredAt}::timestamptz, now()), now()
    where ${dealId}::text is null or exists (select from deal where id = ${dealId} and customer_id = ${customerId})
    returning ${COLUMNS}`;
  try {
    const { rows } = await statement.execute(transaction);
    if (rows[0] !== undefined) return rows[0];
  } catch (error) {
    if (violatedConstraint(error) !== 'activity_customer_id_fkey') throw error;
    throw badInput('input.customerId', 'There is no such customer.');
  }
  throw badInput('input.dealId', 'The customer has no such deal.');
}

function ofCustomers({ kind }: ActivityConditions) {
  const where: RawBuilder<boolean>[] = kind === undefined ? [] : [sql`kind = ${kind}`];
  return { from: sql`activity`, columns: COLUMNS, where, parentColumn: 'customer_id' };
}
