/**
 * How customers stand in the CRM, for those who compare their copies.
 */

import { sql } from 'kysely';

import type { ReadStates } from '../../kit/events/system-events.ts';
import { customerChanged } from './customer-events.ts';
import { CUSTOMER_COLUMNS, type CustomerRow } from './customers.ts';

export const readCustomerStates: ReadStates = async (database, { after = '', ids, first }) => {
  const chosen = ids === undefined ? sql`id collate "C" > ${after}` : sql`id = any(${[...ids]}::text[])`;
  const { rows } = await sql<CustomerRow>`
    select ${CUSTOMER_COLUMNS} from customer where ${chosen} order by id collate "C" limit ${first}`.execute(
    database,
  );
  return rows.map(customerChanged);
};
