/**
 * The floor: a bare HTTP server that makes the subgraph calls that Tributary made, in the same waves, parses each
 * answer, and prints the result. No GraphQL at all: what a request costs here no gateway on this platform can avoid.
 * Started with a port and a file of `Replay`s.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { Pool } from 'undici';

import { endWithParent } from '../process/answer-parent.ts';
import type { Call, Waves } from '../measure/group-waves.ts';
import { findFresh, FRESH } from '../scenario.ts';

export interface Replay {
  /** The request's body; the number of a fresh operation in it does not matter. */
  readonly body: string;
  readonly waves: Waves;
  readonly answer: string;
}

interface Prepared {
  readonly waves: Waves;
  readonly result: unknown;
}

const [port = '', file = ''] = process.argv.slice(2);
// Our own file, made by the benchmark.
const replays = JSON.parse(readFileSync(file, 'utf8')) as readonly Replay[];
const prepared = new Map(
  replays.map(({ body, waves, answer }): [string, Prepared] => [body, { waves, result: JSON.parse(answer) }]),
);
const pools = new Map<string, { readonly pool: Pool; readonly path: string }>();
for (const { url } of replays.flatMap(({ waves }) => waves.flat())) {
  const { origin, pathname } = new URL(url);
  if (!pools.has(url)) pools.set(url, { pool: new Pool(origin), path: pathname });
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    void replay(Buffer.concat(chunks).toString()).then(
      (answer) => {
        const length = Buffer.byteLength(answer);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': length }).end(answer);
      },
      (error: unknown) => void response.writeHead(500).end(String(error)),
    );
  });
}).listen(Number(port), '127.0.0.1');
endWithParent();

async function replay(body: string): Promise<string> {
  const fresh = findFresh(body);
  const known = prepared.get(fresh === undefined ? body : body.replace(fresh, FRESH));
  if (known === undefined) return '{}';
  for (const wave of known.waves) await Promise.all(wave.map(callSubgraph));
  const answer = JSON.stringify(known.result);
  return fresh === undefined ? answer : answer.replace(FRESH, fresh);
}

function callSubgraph({ url, body }: Call): Promise<unknown> {
  const { pool, path } = pools.get(url) ?? {};
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool?.dispatch(
      { method: 'POST', path: path ?? '/', headers: { 'content-type': 'application/json' }, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
