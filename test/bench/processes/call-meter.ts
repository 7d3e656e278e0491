/**
 * Stands between a gateway and its subgraphs and hands every call on as it is. Counts the calls, and how long requests
 * wait for at least one of them. Started with a JSON object of the subgraphs' addresses by their names.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { Pool } from 'undici';

import { answerParent } from '../process/answer-parent.ts';

export type MeterQuestion = 'urls' | 'counts';

export interface MeterCounts {
  readonly calls: number;
  readonly subgraphsMs: number;
}

/** These belong to one connection (RFC 9110, section 7.6.1). */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'host',
  'content-length',
]);

let calls = 0;
let subgraphsMs = 0;
/** The calls that run, by the request that they are made for. */
const running = new Map<string, { count: number; readonly sinceMs: number }>();

async function standBefore(subgraphUrl: string): Promise<string> {
  const { origin, pathname } = new URL(subgraphUrl);
  const pool = new Pool(origin);
  const server = createServer((request, response) => {
    handOn(pool, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address and a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`;
}

async function handOn(pool: Pool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = String(request.headers['x-request-id']);
  const body = await buffer(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
  );
  begin(requestId);
  const answer = await pool.request({ method: 'POST', path: request.url ?? '/', headers, body });
  const answerBody = Buffer.from(await answer.body.arrayBuffer());
  end(requestId);
  response.writeHead(answer.statusCode, {
    'content-type': String(answer.headers['content-type']),
    'content-length': answerBody.length,
  });
  response.end(answerBody);
}

function begin(requestId: string): void {
  calls++;
  const others = running.get(requestId);
  if (others === undefined) running.set(requestId, { count: 1, sinceMs: performance.now() });
  else others.count++;
}

function end(requestId: string): void {
  const own = running.get(requestId);
  if (own === undefined || --own.count > 0) return;
  running.delete(requestId);
  subgraphsMs += performance.now() - own.sinceMs;
}

// Our own parent has written it.
const subgraphUrls = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>;
const urls = Object.fromEntries(
  await Promise.all(
    Object.entries(subgraphUrls).map(async ([name, url]) => [name, await standBefore(url)] as const),
  ),
);

answerParent((question: MeterQuestion): object => {
  switch (question) {
    case 'urls':
      return urls;
    case 'counts':
      return { calls, subgraphsMs } satisfies MeterCounts;
  }
});
