/**
 * A client of Apollo's multipart protocol for subscriptions: reads parts as they come, strictly. Knows no gateway.
 */

const ACCEPT =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9';
const HEAD = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';
const BOUNDARY = '\r\n--graphql';

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
  else for await (const part of readParts(response)) yield* answersOf(part);
}

function* answersOf({ payload, errors }: Part): Generator<unknown, void> {
  if (payload === undefined) return;
  yield payload ?? { errors };
}

async function* readParts({ body }: Response): AsyncGenerator<Part, void> {
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf(BOUNDARY); end >= 0; end = text.indexOf(BOUNDARY)) {
      const part = text.slice(0, end);
      text = text.slice(end + BOUNDARY.length);
      if (part !== '') yield readPart(part);
    }
  }
  if (text !== '--\r\n') throw new Error(`the body ends with ${JSON.stringify(text)}`);
}

function readPart(part: string): Part {
  if (!part.startsWith(HEAD)) throw new Error(`a part begins with ${JSON.stringify(part.slice(0, 80))}`);
  // Reason for the cast: a part of the gateway under test.
  return JSON.parse(part.slice(HEAD.length)) as Part;
}
