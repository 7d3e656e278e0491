/**
 * Sets a credit limit, on the version that the caller read, in one statement, so that two colleagues never
 * overwrite each other.
 */

import { sql } from 'kysely';

import type { Transaction } from '../../kit/database.ts';
import { badInput, KnownError } from '../../kit/known-error.ts';
import type { MoneyValue } from '../../kit/money.ts';
import { readCustomerAccounts } from './customer-accounts.ts';

export interface CreditLimitChange {
  readonly customerId: string;
  readonly creditLimit: MoneyValue;
  readonly expectedVersion: number;
}

/** Throws NOT_FOUND, BAD_USER_INPUT for another currency than the account's, or VERSION_CONFLICT. */
export async function setCreditLimit(transaction: Transaction, change: CreditLimitChange): Promise<void> {
  const { customerId, creditLimit, expectedVersion } = change;
  const { rows } = await sql`
    update customer_account set credit_limit_minor = ${creditLimit.minor}, credit_version = credit_version + 1
    where customer_id = ${customerId} and credit_version = ${expectedVersion} and currency = ${creditLimit.currency}
    returning customer_id`.execute(transaction);
  if (rows.length > 0) return;
  const current = (await readCustomerAccounts(transaction, [customerId])).get(customerId);
  if (current === undefined) throw new KnownError('NOT_FOUND', { argument: 'input.customerId' });
  if (current.currency !== creditLimit.currency) {
    throw badInput('input.creditLimit.currency', `The customer is billed in ${current.currency}.`);
  }
  throw new KnownError('VERSION_CONFLICT', {
    argument: 'input.expectedVersion',
    details: { version: current.creditVersion },
  });
}
