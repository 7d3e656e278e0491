/**
 * A gateway asked once, outside of any measurement, and its answer compared with what is right. Knows no scenario.
 */

import { isDeepStrictEqual } from 'node:util';

import { Agent, request } from 'undici';

const ANSWERS_WITHIN_MS = 60_000;
/** A connection for each request: one that was kept would hold up a gateway that is told to stop. */
const ONCE = new Agent({ pipelining: 0 });

export function bodyOf(query: string): string {
  return JSON.stringify({ query });
}

/** The text of the answer. Throws where none comes. */
export async function askGateway(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    dispatcher: ONCE,
    headersTimeout: ANSWERS_WITHIN_MS,
  });
  return response.body.text();
}

/** Data and errors are compared, in any order of fields; extensions are each gateway's own business. */
export function isSameAnswer(answer: string, reference: string): boolean {
  const given = readAnswer(answer);
  const right = readAnswer(reference);
  return isDeepStrictEqual(given.data, right.data) && isDeepStrictEqual(given.errors, right.errors);
}

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

function readAnswer(text: string): GraphqlAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return { errors: 'not JSON' };
  }
}
