/**
 * A small text from an address of the config: one answer from the very address, soon and not large. Knows nothing of
 * what is in it.
 */

import { request } from 'undici';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/** Follows no redirect: whoever could make one would choose our keys. Rejects with an Error that quotes no body. */
export async function fetchText(url: string): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(url, { signal, headers: { accept: 'application/json' } });
  try {
    if (statusCode !== 200) throw new Error(`the answer has the status ${statusCode}`);
    return await readWithin(body);
  } finally {
    body.destroy();
  }
}

async function readWithin(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
