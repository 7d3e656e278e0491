/**
 * Clients that each ask on one kept connection, again at once after every answer, and count what comes back. They
 * retry nothing. Knows no schema.
 */

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface LoadSetup {
  readonly url: string;
  readonly clients: number;
  /** What is asked, by how often the client has asked before. */
  readonly ask: (count: number) => { readonly query: string; readonly headers?: Record<string, string> };
  /** Whether the answer is one that may come. */
  readonly accepts: (answer: string) => boolean;
}

export interface Load {
  readonly answered: () => number;
  /** Ends with the requests that run: how many were answered, and each failure in words. */
  readonly end: () => Promise<{ readonly answered: number; readonly failures: readonly string[] }>;
}

export function startLoad({ url, clients, ask, accepts }: LoadSetup): Load {
  let isOver = false;
  let answered = 0;
  const failures: string[] = [];
  const work = Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; !isOver; count += 1) {
      const { query, headers = {} } = ask(count);
      const answer = await post(url, agent, { query, headers }).catch(String);
      if (accepts(answer)) answered += 1;
      else failures.push(answer);
    }
    agent.destroy();
  });
  return {
    answered: () => answered,
    async end() {
      isOver = true;
      await Promise.all(work);
      return { answered, failures };
    },
  };
}

interface Question {
  readonly query: string;
  readonly headers: Record<string, string>;
}

function post(url: string, agent: Agent, { query, headers }: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.once('error', reject);
    sent.once('response', (response) => void text(response).then(resolve, reject));
    sent.end(JSON.stringify({ query }));
  });
}
