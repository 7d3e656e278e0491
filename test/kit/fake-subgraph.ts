/**
 * A subgraph of a few lines, served over real HTTP, and the characters that a test can make of it: slow, down,
 * lying, scripted. Remembers what it was asked. Knows nothing of the gateway under test.
 */

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { graphql, parse, type ExecutionResult } from 'graphql';

import type { FakeEvents } from './fake-events.ts';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  readonly body: { readonly query: string; readonly variables?: Record<string, unknown> };
}

/** Sends what a subgraph would answer, or something else. `answer` is what the honest one would say. */
export type Behaviour = (
  answer: () => Promise<ExecutionResult>,
  response: ServerResponse,
  call: ReceivedCall,
) => unknown;

export interface FakeSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Record<string, unknown>;
  /** Undefined: nothing listens at its address. */
  readonly behave: Behaviour | undefined;
  /** Where it has events. */
  readonly events?: FakeEvents;
}

export interface ServedSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  readonly received: readonly ReceivedCall[];
  /** How many are open to it. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

export function honest(name: string, sdl: string, resolvers: Record<string, unknown>): FakeSubgraph {
  return { name, sdl, resolvers, behave: async (answer, response) => sendJson(response, await answer()) };
}

/** Answers right, but only after the given time. */
export function slow(subgraph: FakeSubgraph, delay: `${number}ms`): FakeSubgraph {
  return behaving(subgraph, async (answer, response) => {
    const body = await answer();
    const timer = setTimeout(() => sendJson(response, body), Number.parseInt(delay, 10));
    response.once('close', () => clearTimeout(timer));
  });
}

export function down(subgraph: FakeSubgraph): FakeSubgraph {
  return { ...subgraph, behave: undefined };
}

/** Answers JSON that the test makes up from the call. */
export function scripted(subgraph: FakeSubgraph, script: (call: ReceivedCall) => unknown): FakeSubgraph {
  return behaving(subgraph, (_answer, response, call) => sendJson(response, script(call)));
}

const LIES = {
  'not JSON': (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>hello</html>'),
  'wrong content type': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('{"data":{}}'),
  empty: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
  truncated: (response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      .write('{"data":{"cus');
    setImmediate(() => response.destroy());
  },
  huge: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":"${'x'.repeat(200_000)}"}`);
  },
  'HTTP 500': (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('password=hunter2'),
  'HTTP 503': (response) =>
    response.writeHead(503, { 'content-type': 'text/html' }).end('<html>try later</html>'),
  'data: null alone': (response) => sendJson(response, { data: null }),
  'no GraphQL': (response) => sendJson(response, ['not', 'an', 'object']),
  'data of text': (response) => sendJson(response, { data: 'text' }),
} as const satisfies Record<string, (response: ServerResponse) => unknown>;

export type Lie = keyof typeof LIES;

export function lying(subgraph: FakeSubgraph, lie: Lie): FakeSubgraph {
  return behaving(subgraph, (_answer, response) => LIES[lie](response));
}

/** Does whatever the test says instead of answering. */
export function behaving(subgraph: FakeSubgraph, behave: Behaviour): FakeSubgraph {
  return { ...subgraph, behave };
}

/** Misbehaves as often as said, then answers. */
export function misbehaving(subgraph: FakeSubgraph, times: number, misbehave: Behaviour): FakeSubgraph {
  let left = times;
  return behaving(subgraph, async (answer, response, call) => {
    left -= 1;
    if (left >= 0) misbehave(answer, response, call);
    else sendJson(response, await answer());
  });
}

export const reset: Behaviour = (_answer, response) => void response.socket?.resetAndDestroy();

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Of tcpmux, which nobody runs; one that has just been free may be another test's a moment later. */
const NOBODYS_PORT = 1;

/** Listens on a free port of its own, if at all. */
export async function serve({ name, sdl, resolvers, behave, events }: FakeSubgraph): Promise<ServedSubgraph> {
  // The resolvers of a fake are written by hand beside its SDL; building the schema checks their names.
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> },
  ]);
  const received: ReceivedCall[] = [];
  if (behave === undefined) {
    const url = `http://127.0.0.1:${NOBODYS_PORT}/graphql?from=gateway`;
    const connections = () => Promise.resolve(0);
    return { name, sdl, url, received, connections, stop: () => Promise.resolve() };
  }
  const server = createServer((request, response) => {
    void text(request).then((rawBody) => {
      // Ports are given out again, and somebody may still look here for a server of another test.
      if (rawBody === '') return response.writeHead(400).end();
      const call = { path: request.url ?? '', headers: request.headers, rawBody, body: JSON.parse(rawBody) };
      received.push(call);
      if (events?.takes(call) === true) return events.stream(schema, call, response);
      const { query, variables } = call.body;
      return behave(() => graphql({ schema, source: query, variableValues: variables }), response, call);
    });
  });
  events?.attach(server, schema);
  // A test may plan for longer than a server waits; whoever calls must not find its connection closed then.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    events?.cutAll();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const url = `http://127.0.0.1:${port}/graphql?from=gateway`;
  const connections = promisify(server.getConnections.bind(server));
  return { name, sdl, url, received, connections, stop };
}
