/**
 * A port for a server that stops and comes back on it. It lies below those that the system gives to whoever asks for
 * any (Linux: from 32768 on), so that nobody gets it in between.
 */

import { createServer } from 'node:net';

const FIRST = 20_000;
const AFTER_LAST = 32_000;

export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (AFTER_LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
