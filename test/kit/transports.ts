/**
 * Every way in which a client can ask the gateway, by the clients that frontends use: so that what holds for one can
 * be tried over each. Knows no operation.
 */

import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';

import { readSubscriptionParts } from './read-subscription-parts.ts';

export interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  readonly token?: string | undefined;
}

/** Asks once, and gives the first answer: data and errors. Rejects where the transport itself is refused. */
export type Ask = (url: string, question: Question) => Promise<unknown>;

/** Events as they come, and what ends them from this side. */
export interface Subscribed {
  /** The next event; undefined when the gateway has completed. Rejects with what it was ended by. */
  readonly next: () => Promise<unknown>;
  /** What a request was answered that was refused; undefined where none was. */
  readonly refusal: () => unknown;
  readonly stop: () => Promise<void>;
}

export type Subscribe = (url: string, question: Question) => Subscribed;

export const SUBSCRIBES: Readonly<Record<string, Subscribe>> = {
  websocket: bySocket,
  sse: (url, question) => byEvents(url, question, false),
  'sse on a single connection': (url, question) => byEvents(url, question, true),
  multipart: byParts,
};

export const ASKS: Readonly<Record<string, Ask>> = {
  'http-post': async (url, { token, ...body }) => {
    const headers = { 'content-type': 'application/json', ...authorization(token) };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  },
  'http-get': async (url, { query, variables, extensions, token }) => {
    const parameters = new URLSearchParams({
      query,
      ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }),
      ...(extensions === undefined ? {} : { extensions: JSON.stringify(extensions) }),
    });
    const headers = { accept: 'application/json', ...authorization(token) };
    return (await fetch(`${url}/graphql?${parameters.toString()}`, { headers })).json();
  },
  websocket: once(bySocket),
  sse: once((url, question) => byEvents(url, question, false)),
  'sse on a single connection': once((url, question) => byEvents(url, question, true)),
  multipart: once(byParts),
};

function once(subscribe: Subscribe): Ask {
  return async (url, question) => {
    const subscribed = subscribe(url, question);
    try {
      return await subscribed.next();
    } catch (error) {
      // Where an operation is refused, the protocol gives its errors alone.
      if (Array.isArray(error)) return { errors: error };
      // On a single connection what is wrong with an operation is the answer to its POST.
      if (subscribed.refusal() !== undefined) return subscribed.refusal();
      throw error;
    } finally {
      await subscribed.stop();
    }
  };
}

function bySocket(url: string, { token, ...question }: Question): Subscribed {
  const client = createSocketClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  return reading(client.iterate(question), () => client.dispose());
}

function byEvents(url: string, { token, ...question }: Question, singleConnection: boolean): Subscribed {
  let refusal: unknown;
  const fetchFn: typeof fetch = async (...asked) => {
    const response = await fetch(...asked);
    if (!response.ok) refusal = await response.clone().json();
    return response;
  };
  const settings = { url: `${url}/graphql`, retryAttempts: 0, headers: authorization(token), fetchFn };
  const client = singleConnection
    ? createSseClient({ ...settings, singleConnection: true })
    : createSseClient({ ...settings, singleConnection: false });
  return { ...reading(client.iterate(question), () => client.dispose()), refusal: () => refusal };
}

function byParts(url: string, question: Question): Subscribed {
  const gone = new AbortController();
  return reading(readSubscriptionParts(url, { ...question, signal: gone.signal }), () => gone.abort());
}

function reading(events: AsyncIterableIterator<unknown>, dispose: () => unknown): Subscribed {
  return {
    refusal: () => undefined,
    async next() {
      const { done, value } = await events.next();
      return done === true ? undefined : value;
    },
    async stop() {
      await events.return?.();
      await dispose();
    },
  };
}

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
