/**
 * Sends one mutation through the gateway and reads from the answer what its sender may believe. Knows HTTP and the
 * table of errors; does not know how often a write is sent.
 */

import { ERRORS, isErrorCode } from '../../schema/contract/errors.ts';
import { isRecord, type JsonObject } from '../../gateway/base/is-record.ts';
import type { Outcome, Write } from './journal.ts';
import { kindOf } from './write-kinds.ts';

export interface Sending {
  readonly url: string;
  readonly token: string;
  readonly key: string | undefined;
  readonly timeoutMs: number;
}

export async function sendWrite(write: Write, sending: Sending): Promise<Outcome> {
  const { url, token, key, timeoutMs } = sending;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify({ query: kindOf(write.name).document, variables: { input: write.input } }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readOutcome(write, await response.json());
  } catch (problem) {
    return { kind: 'unknown', because: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** What an answer proves to who reads nothing but the contract. */
function readOutcome({ name }: Pick<Write, 'name'>, body: unknown): Outcome {
  if (!isRecord(body)) return { kind: 'unknown', because: 'no GraphQL answer' };
  const { data, errors } = body;
  const answer = isRecord(data) ? data[name] : undefined;
  if (isRecord(answer)) return { kind: 'done', answer };
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const extensions = isRecord(first) && isRecord(first['extensions']) ? first['extensions'] : {};
  return outcomeOf(extensions);
}

function outcomeOf({ code, idempotencyKey }: JsonObject): Outcome {
  const name = typeof code === 'string' ? code : 'no code';
  const key = typeof idempotencyKey === 'string' ? idempotencyKey : undefined;
  if (name === 'OUTCOME_UNKNOWN' || !isErrorCode(name)) return { kind: 'unknown', because: name, key };
  const { blame, retryable } = ERRORS[name];
  if (retryable) return { kind: 'notNow', code: name };
  return blame === 'client' ? { kind: 'refused', code: name } : { kind: 'unknown', because: name, key };
}
