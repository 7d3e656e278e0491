/**
 * The events of a fake subgraph, over both transports: a test publishes them, cuts the streams and sees who listens.
 * Knows no gateway.
 */

import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { parse, subscribe, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';

interface StreamCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly query: string; readonly variables?: Record<string, unknown> };
}

/** What a subscription field's `subscribe` gives, and the test's hand in it. */
export interface FakeEvents {
  /** For resolvers: what is published from now on. */
  readonly iterate: () => AsyncIterableIterator<unknown> | Promise<AsyncIterableIterator<unknown>>;
  /** Subscriptions that come wait, until what this gives is called: heard of, and not standing yet. */
  readonly hold: () => () => void;
  readonly publish: (value: unknown) => void;
  /** Ends every stream in order. */
  readonly complete: () => void;
  /** How many streams are read now. */
  readonly listening: () => number;
  /** The WebSockets that are open. */
  readonly sockets: ReadonlySet<WebSocket>;
  /** The payloads of all `subscribe` messages. */
  readonly subscribed: readonly unknown[];
  /** Breaks every connection that carries a stream. */
  readonly cutAll: () => void;
  readonly takes: (call: StreamCall) => boolean;
  readonly stream: (schema: GraphQLSchema, call: StreamCall, response: ServerResponse) => Promise<void>;
  readonly attach: (server: Server, schema: GraphQLSchema) => void;
}

export function fakeEvents(): FakeEvents {
  const readers = new Set<Reader>();
  const responses = new Set<ServerResponse>();
  const sockets = new Set<WebSocket>();
  const subscribed: unknown[] = [];
  let gate: Promise<undefined> | undefined;
  return {
    sockets,
    subscribed,
    iterate: () => (gate === undefined ? new Reader(readers) : gate.then(() => new Reader(readers))),
    hold() {
      const held = Promise.withResolvers<undefined>();
      gate = held.promise;
      return () => {
        gate = undefined;
        held.resolve(undefined);
      };
    },
    publish: (value) => readers.forEach((reader) => reader.push(value)),
    complete: () => [...readers].forEach((reader) => void reader.return()),
    listening: () => readers.size,
    cutAll() {
      for (const response of responses) response.destroy();
      for (const socket of sockets) socket.terminate();
    },
    takes: ({ headers }) => headers.accept === 'text/event-stream',
    async stream(schema, { body }, response) {
      responses.add(response);
      response.once('close', () => responses.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      const result = await subscribe({ schema, document: parse(body.query), variableValues: body.variables });
      const events = Symbol.asyncIterator in result ? result : one(result);
      response.once('close', () => void events.return(undefined));
      for await (const event of events) response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
      response.end('event: complete\ndata:\n\n');
    },
    attach(server, schema) {
      const door = new WebSocketServer({ noServer: true });
      useServer({ schema, onSubscribe: (_context, _id, payload) => void subscribed.push(payload) }, door);
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        door.handleUpgrade(request, socket, head, (webSocket) => {
          sockets.add(webSocket);
          webSocket.once('close', () => sockets.delete(webSocket));
          door.emit('connection', webSocket, request);
        });
      });
    },
  };
}

async function* one<Value>(value: Value): AsyncGenerator<Value> {
  yield value;
}

class Reader implements AsyncIterableIterator<unknown> {
  readonly #readers: Set<Reader>;
  readonly #waiting: unknown[] = [];
  #wake: (() => void) | undefined;

  constructor(readers: Set<Reader>) {
    this.#readers = readers;
    readers.add(this);
  }

  push(value: unknown): void {
    this.#waiting.push(value);
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#waiting.length === 0 && this.#readers.has(this))
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#waiting.length === 0) return { value: undefined, done: true };
    return { value: this.#waiting.shift(), done: false };
  }

  return(): Promise<IteratorResult<unknown>> {
    this.#readers.delete(this);
    this.#wake?.();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
