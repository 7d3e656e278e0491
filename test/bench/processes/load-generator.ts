/**
 * Sends requests in a closed loop from a process of its own, so that its work does not count as a gateway's. Compares
 * every answer with the one that was found right before. Knows no gateway.
 */

import { Pool } from 'undici';

import { answerParent } from '../process/answer-parent.ts';
import { isSameAnswer } from '../measure/ask-gateway.ts';
import { quantile } from '../measure/statistics.ts';
import { renumberFresh } from '../scenario.ts';

export interface Exchange {
  readonly body: string;
  /** What this gateway has answered before, rightly. */
  readonly answer: string;
}

export interface Load {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly wrong: number;
  /** Of the first wrong answer. */
  readonly firstWrong?: string;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

let sent = 0;

async function generateLoad(load: Load): Promise<LoadResult> {
  const { origin, pathname } = new URL(load.url);
  const pool = new Pool(origin, { connections: load.connections, pipelining: 1 });
  const latenciesMs: number[] = [];
  const wrong: string[] = [];
  const endsAtMs = performance.now() + load.durationMs;
  const headers = { 'content-type': 'application/json', ...load.headers };

  async function sendInTurn(): Promise<void> {
    while (performance.now() < endsAtMs) {
      const number = ++sent;
      const { body, answer } = load.exchanges[number % load.exchanges.length]!;
      const startedAtMs = performance.now();
      const got = await post(pool, { path: pathname, headers, body: renumberFresh(body, number) });
      latenciesMs.push(performance.now() - startedAtMs);
      if (!isRight(got, renumberFresh(answer, number))) wrong.push(got.toString().slice(0, 500));
    }
  }
  await Promise.all(Array.from({ length: load.connections }, sendInTurn));
  await pool.close();
  const [firstWrong] = wrong;
  return {
    requests: latenciesMs.length,
    wrong: wrong.length,
    ...(firstWrong === undefined ? {} : { firstWrong }),
    meanMs: latenciesMs.reduce((sum, latency) => sum + latency, 0) / latenciesMs.length,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  };
}

/** Equal bytes are the rule; whoever merges in another order is compared by what the bytes mean. */
function isRight(got: Buffer, answer: string): boolean {
  return got.equals(Buffer.from(answer)) || isSameAnswer(got.toString(), answer);
}

interface Post {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function post(pool: Pool, { path, headers, body }: Post): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(Buffer.concat(chunks)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

answerParent(generateLoad);
