/**
 * The store's four subgraphs in one process, each on a port of its own. An answer is computed once and kept by the
 * request's body, so that what is measured is the gateway. Counts its calls, and records them where it is asked to.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import type { GraphQLSchema } from 'graphql';

import { answerParent } from '../process/answer-parent.ts';
import type { RecordedCall } from '../measure/group-waves.ts';
import { askStore, buildStoreSubgraph, SUBGRAPHS, type SubgraphName } from '../store/store-schema.ts';

export type StoreQuestion = 'urls' | 'count' | 'record' | 'take';

/** Keeps calls of one wave apart from those of the next, while they are recorded. */
const RECORDING_DELAY_MS = 5;
/** More than all scenarios ask; fresh operations must not fill the memory. */
const MOST_KEPT = 20_000;

const kept = new Map<string, Buffer>();
let callCount = 0;
let recording: RecordedCall[] | undefined;

async function serve(name: SubgraphName): Promise<string> {
  const schema = buildStoreSubgraph(name);
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    answerCall(schema, urlOf(server), request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return urlOf(server);
}

function urlOf(server: Server): string {
  // A TCP server that listens has an address and a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

async function answerCall(
  schema: GraphQLSchema,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAtMs = performance.now();
  const body = await text(request);
  callCount++;
  const answer = await answerOf(schema, url, body);
  if (recording !== undefined) {
    await pause(RECORDING_DELAY_MS);
    recording.push({ url, body, startedAtMs, endedAtMs: performance.now() });
  }
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
    .end(answer);
}

async function answerOf(schema: GraphQLSchema, url: string, body: string): Promise<Buffer> {
  const key = `${url} ${body}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const answer = Buffer.from(JSON.stringify(await askStore(schema, JSON.parse(body))));
  if (kept.size < MOST_KEPT) kept.set(key, answer);
  return answer;
}

const urls = Object.fromEntries(
  await Promise.all(SUBGRAPHS.map(async (name) => [name, await serve(name)] as const)),
);

answerParent((question: StoreQuestion) => {
  switch (question) {
    case 'urls':
      return urls;
    case 'count':
      return callCount;
    case 'record':
      recording = [];
      return undefined;
    case 'take': {
      const taken = recording ?? [];
      recording = undefined;
      return taken;
    }
  }
});
