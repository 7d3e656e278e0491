/** No damaged answer is read otherwise than by the parser that Node and undici have. */

import { createServer, type AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Client } from 'undici';

import { BadAnswer } from '../../../../gateway/upstream/head-lines.ts';
import { readPieces, written, type Read } from './written-answers.ts';

let answer: Uint8Array = Buffer.alloc(0);
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(answer));
});
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

async function readByOther(bytes: Buffer): Promise<Pick<Read, 'status' | 'body'> | undefined> {
  answer = bytes;
  // It listens.
  const { port } = server.address() as AddressInfo;
  const client = new Client(`http://127.0.0.1:${String(port)}`);
  const read = await new Promise<Pick<Read, 'status' | 'body'> | undefined>((resolve) => {
    let [status, body] = [0, ''];
    const handler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller: unknown, statusCode: number) => void (status = statusCode),
      onResponseData: (_controller: unknown, chunk: Buffer) => void (body += chunk.toString('latin1')),
      onResponseEnd: () => resolve({ status, body }),
      onResponseError: () => resolve(undefined),
    };
    client.dispatch({ method: 'POST', path: '/', body: '{}' }, handler);
  });
  await client.destroy();
  return read;
}

function readByUs(bytes: Buffer): Pick<Read, 'status' | 'body'> | undefined {
  try {
    const read = readPieces([bytes]);
    return read === 'incomplete' ? undefined : { status: read.status, body: read.body };
  } catch (error) {
    if (error instanceof BadAnswer) return undefined;
    throw error;
  }
}

test('what was damaged is read as it is there, or refused on one side', async () => {
  const damaged = fc
    .tuple(written, fc.nat(), fc.nat(2), fc.constantFrom(...'\r\n \t:;,0159afxX\0\xff'))
    .map(([{ text }, place, cut, put]) => {
      const at = place % Math.min(text.length, 300);
      return Buffer.from(text.slice(0, at) + put + text.slice(at + cut), 'latin1');
    });
  let accepted = 0;
  const isSafe = fc.asyncProperty(damaged, async (bytes) => {
    const ours = readByUs(bytes);
    const theirs = ours === undefined ? undefined : await readByOther(bytes);
    // They are stricter here and there, with blanks at the end of a length for one.
    if (theirs === undefined) return;
    accepted += 1;
    expect(theirs).toEqual(ours);
  });
  await fc.assert(isSafe, { numRuns: 600 });
  expect(accepted).toBeGreaterThan(100);
});
