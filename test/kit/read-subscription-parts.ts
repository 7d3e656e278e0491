/**
 * A client of Apollo's multipart protocol for subscriptions: reads parts as they come, strictly. Knows no gateway.
 */

import { readMultipart } from './read-multipart.ts';

const ACCEPT =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9';

export interface PartsSubscription {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  readonly token?: string | undefined;
  readonly signal?: AbortSignal;
}

interface Part {
  readonly payload?: unknown;
  readonly errors?: readonly unknown[];
}

/** Each answer, what ends the subscription as one of errors alone. Rejects where the body is not whole. */
export async function* readSubscriptionParts(
  url: string,
  { token, signal, ...body }: PartsSubscription,
): AsyncGenerator<unknown, void> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT, ...authorization },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.headers.get('content-type')?.startsWith('multipart/mixed') !== true)
    yield await response.json();
  else for await (const part of readMultipart<Part>(response, 'graphql')) yield* answersOf(part);
}

function* answersOf({ payload, errors }: Part): Generator<unknown, void> {
  if (payload === undefined) return;
  yield payload ?? { errors };
}
