/**
 * A stream of a subgraph as the gateway would read it, over SSE: what comes, one after another, and how it ends. Waits
 * with a limit and never sleeps. Knows no system.
 */

import { readEvents } from '../../tools/access/read-events.ts';
import type { Answer, Asking, ProveCall } from './start-subgraph.ts';
import { PATIENCE_MS } from './patience.ts';

export interface ReadStream {
  readonly status: number;
  readonly contentType: string;
  /** The next result. Throws where none comes in time, or the stream ends. */
  readonly next: () => Promise<Answer>;
  /** Everything up to the end: results, and `complete` where it is said. */
  readonly rest: () => Promise<readonly (Answer | 'complete')[]>;
  /** All of it as text, where it is no stream. */
  readonly whole: () => Promise<string>;
  readonly close: () => void;
}

interface Source {
  readonly url: string;
  readonly prove: ProveCall;
}

/** Resolves when the stream is open, or refused. */
export async function readStream(
  { url, prove }: Source,
  query: string,
  { variables, as = 'auditor' }: Pick<Asking, 'as' | 'variables'> = {},
): Promise<ReadStream> {
  const body = JSON.stringify({ query, variables });
  return postForStream(url, body, await prove(body, { as }));
}

export async function postForStream(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReadStream> {
  const gone = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-request-id': 'test-stream',
      ...headers,
    },
    body,
    signal: gone.signal,
  });
  const events = readEvents<Answer>(response);
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    next: async () => {
      const { value } = await within(events.next());
      if (value === undefined || value === 'complete') throw new Error('the stream has ended');
      return value;
    },
    rest: async () => {
      const all: (Answer | 'complete')[] = [];
      for (;;) {
        const { value, done } = await within(events.next());
        if (done === true) return all;
        all.push(value);
      }
    },
    whole: () => response.text(),
    close: () => gone.abort(),
  };
}

export async function within<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
