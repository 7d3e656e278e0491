/**
 * A small text from an address of the config: one answer from the very address, soon and not large. Knows nothing of
 * what is in it.
 */

import { request } from 'undici';

const LIMITS = { timeoutMs: 5_000 } as const;
const MAX_BYTES = 256 * 1024;
/** Nothing is unpacked here. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' } as const;

/** Follows no redirect: whoever could make one would choose our keys. Rejects with an Error that quotes no body. */
export async function fetchText(
  url: string,
  { timeoutMs }: { readonly timeoutMs: number } = LIMITS,
): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { statusCode, body } = await request(url, { signal, headers: HEADERS });
  try {
    if (statusCode !== 200) throw new Error(`the answer has the status ${statusCode}`);
    return await readWithin(body);
  } finally {
    // What is given up unread ends with an error of its own, which nobody waits for.
    body.on('error', () => undefined).destroy();
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
