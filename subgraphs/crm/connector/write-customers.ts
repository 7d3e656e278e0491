/**
 * Changes to customers. A create mints number and id together; an update takes effect only on the version that the
 * caller read, in one statement, so that two colleagues never overwrite each other.
 */

import { sql, type RawBuilder } from 'kysely';

import type { AddressValue } from '../../kit/arguments.ts';
import type { Transaction } from '../../kit/database.ts';
import { customerIdOf } from '../../kit/global-id.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import { violatedConstraint } from '../../kit/violated-constraint.ts';
import { publishCustomer } from './customer-events.ts';
import { CUSTOMER_COLUMNS, readCustomers, type CustomerRow } from './customers.ts';

export interface NewCustomer {
  readonly kind: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly billingAddress: AddressValue | null;
  readonly lifecycleStage: string;
  readonly accountManagerId: string | null;
  readonly marketingConsent: boolean;
  readonly internalNotes: string | null;
}

/** What is undefined stays as it is; null empties a field. */
export type CustomerChange = {
  readonly [Field in keyof Omit<NewCustomer, 'kind'>]?: NewCustomer[Field] | undefined;
};

/** Throws DUPLICATE for an e-mail address that another customer has, BAD_USER_INPUT for an unknown account manager. */
export async function createCustomer(transaction: Transaction, customer: NewCustomer): Promise<CustomerRow> {
  const { rows: numbers } = await sql<{ next: bigint }>`select nextval('customer_number') as next`.execute(
    transaction,
  );
  const number = `C-${numbers[0]?.next ?? 0n}`;
  const { street = null, postalCode = null, city = null, country = null } = customer.billingAddress ?? {};
  const statement = sql<CustomerRow>`
    insert into customer (id, number, kind, name, email, phone, street, postal_code, city, country, lifecycle_stage,
      account_manager_id, marketing_consent, internal_notes, created_at, updated_at)
    values (${customerIdOf(number)}, ${number}, ${customer.kind}, ${customer.name}, ${customer.email}, ${customer.phone},
      ${street}, ${postalCode}, ${city}, ${country}, ${customer.lifecycleStage}, ${customer.accountManagerId},
      ${customer.marketingConsent}, ${customer.internalNotes}, now(), now())
    returning ${CUSTOMER_COLUMNS}`;
  const created = oneOf(await explainConflicts(statement.execute(transaction)));
  await publishCustomer(transaction, created);
  return created;
}

/** Throws NOT_FOUND, VERSION_CONFLICT, or what `createCustomer` throws. */
export async function updateCustomer(
  transaction: Transaction,
  id: string,
  expectedVersion: number,
  change: CustomerChange,
): Promise<CustomerRow> {
  const statement = sql<CustomerRow>`
    update customer set ${sql.join([...assignments(change), sql`version = version + 1`, sql`updated_at = now()`])}
    where id = ${id} and version = ${expectedVersion}
    returning ${CUSTOMER_COLUMNS}`;
  const result = await explainConflicts(statement.execute(transaction));
  const [changed] = result.rows;
  if (changed !== undefined) {
    await publishCustomer(transaction, changed);
    return changed;
  }
  const current = (await readCustomers(transaction, [id])).get(id);
  if (current === undefined) throw new KnownError('NOT_FOUND', { argument: 'input.id' });
  throw new KnownError('VERSION_CONFLICT', {
    argument: 'input.expectedVersion',
    details: { version: current.version },
  });
}

function assignments(change: CustomerChange): RawBuilder<unknown>[] {
  const { billingAddress, ...plain } = change;
  const columns: Readonly<Record<keyof typeof plain, string>> = {
    name: 'name',
    email: 'email',
    phone: 'phone',
    lifecycleStage: 'lifecycle_stage',
    accountManagerId: 'account_manager_id',
    marketingConsent: 'marketing_consent',
    internalNotes: 'internal_notes',
  };
  // Reason for the cast: Object.entries forgets the key type of a record whose keys are known.
  const entries = Object.entries(columns) as [keyof typeof plain, string][];
  const assigned = entries.flatMap(([field, column]) =>
    plain[field] === undefined ? [] : [sql`${sql.ref(column)} = ${plain[field]}`],
  );
  if (billingAddress === undefined) return assigned;
  const { street = null, postalCode = null, city = null, country = null } = billingAddress ?? {};
  return [
    ...assigned,
    sql`street = ${street}`,
    sql`postal_code = ${postalCode}`,
    sql`city = ${city}`,
    sql`country = ${country}`,
  ];
}

async function explainConflicts<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'customer_email') {
      throw new KnownError('DUPLICATE', {
        argument: 'input.email',
        reason: 'Another customer has this e-mail address.',
      });
    }
    if (constraint === 'customer_account_manager_id_fkey') {
      throw badInput('input.accountManagerId', 'There is no such employee.');
    }
    throw error;
  }
}

function oneOf({ rows }: { readonly rows: readonly CustomerRow[] }): CustomerRow {
  const [row] = rows;
  if (row === undefined) throw new Error('an insert gave no row back');
  return row;
}
