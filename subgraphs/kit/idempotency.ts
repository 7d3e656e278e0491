/**
 * A mutation under an idempotency key takes effect once (IETF draft-ietf-httpapi-idempotency-key-header): its answer is
 * written down in the transaction of its effect, and whoever asks the same again gets that answer. Knows no mutation.
 */

import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import type { Transaction } from './database.ts';
import { readExact, writeExact } from './exact-json.ts';
import { KnownError } from './known-error.ts';

export interface KeyedCall {
  /** Of the principal: the keys of two of them have nothing to do with one another. */
  readonly subject: string;
  /** Of the type Mutation. */
  readonly field: string;
  /** The field's name or alias, so that two fields of one request are told apart. */
  readonly responseKey: string;
  readonly key: string;
  /** The arguments as GraphQL has coerced them. */
  readonly given: unknown;
}

interface StoredAnswer {
  readonly argumentsHash: Buffer;
  readonly answer: string;
}

/** Most mutations take a few milliseconds; a client that comes back much sooner only asks in vain. */
const RETRY_AFTER_MS = 500;

/**
 * Gives what `effect` answers, or what it answered the first time. Nothing is stored where it throws. Throws
 * IDEMPOTENCY_KEY_IN_USE while another transaction has the key, and IDEMPOTENCY_KEY_REUSED for other arguments.
 */
export async function takeEffectOnce(
  transaction: Transaction,
  call: KeyedCall,
  effect: () => Promise<unknown>,
): Promise<unknown> {
  await holdKey(transaction, call);
  const argumentsHash = createHash('sha256').update(writeExact(call.given)).digest();
  const stored = await findAnswer(transaction, call);
  if (stored !== undefined) {
    if (!stored.argumentsHash.equals(argumentsHash)) throw new KnownError('IDEMPOTENCY_KEY_REUSED');
    return readExact(stored.answer);
  }
  const answer = writeExact(await effect());
  await storeAnswer(transaction, call, { argumentsHash, answer });
  // Also the first answer is read from what was stored, so that a later one cannot be another.
  return readExact(answer);
}

/** Until the transaction ends, however it ends: a process that dies holds nothing. */
async function holdKey(transaction: Transaction, call: KeyedCall): Promise<void> {
  const { subject, field, responseKey, key } = call;
  const name = JSON.stringify([subject, field, responseKey, key]);
  const { rows } = await sql<{ isHeld: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as is_held`.execute(transaction);
  if (rows[0]?.isHeld === true) return;
  throw new KnownError('IDEMPOTENCY_KEY_IN_USE', { retryAfterMs: RETRY_AFTER_MS });
}

/** A statement of its own: only one that begins after the key is held sees what its holder before has written. */
async function findAnswer(
  transaction: Transaction,
  { subject, field, responseKey, key }: KeyedCall,
): Promise<StoredAnswer | undefined> {
  const { rows } = await sql<StoredAnswer>`
    select arguments_hash, answer from idempotency_record
    where subject = ${subject} and field = ${field} and response_key = ${responseKey} and key = ${key}`.execute(
    transaction,
  );
  return rows[0];
}

async function storeAnswer(
  transaction: Transaction,
  { subject, field, responseKey, key }: KeyedCall,
  { argumentsHash, answer }: StoredAnswer,
): Promise<void> {
  await sql`
    insert into idempotency_record (subject, field, response_key, key, arguments_hash, answer)
    values (${subject}, ${field}, ${responseKey}, ${key}, ${argumentsHash}, ${answer})`.execute(transaction);
}
