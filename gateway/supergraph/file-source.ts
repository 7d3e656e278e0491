/**
 * A supergraph from a file, with its signature beside it where one is demanded. Knows no address.
 */

import { readFile } from 'node:fs/promises';

import type { Followed } from '../../schema/contract/follow-files.ts';
import { decodeText } from './decode-text.ts';
import type { PublicKeys } from './public-keys.ts';
import { parseSupergraph, unreadable } from './read-supergraph.ts';
import type { SupergraphSource } from './source.ts';
import { SupergraphRefused } from './supergraph-refused.ts';
import { verifySignature } from './verify-signature.ts';
import { stampOfFile, watchFiles } from './watch-files.ts';

export interface FileParts {
  readonly file: string;
  readonly maxBytes: number;
  /** Undefined where no signature is demanded. */
  readonly keys: Followed<PublicKeys> | undefined;
}

export function createFileSource({ file, maxBytes, keys }: FileParts): SupergraphSource {
  const stopped = new AbortController();
  const signatureFile = `${file}.sig`;

  async function stampOf(): Promise<string | undefined> {
    const stamp = await stampOfFile(file);
    if (stamp === undefined || keys === undefined) return stamp;
    return `${stamp}, ${await stampOfFile(signatureFile)}`;
  }

  return {
    async read() {
      const bytes = await readBytes(file, maxBytes);
      if (keys !== undefined) {
        const signature = await readFile(signatureFile, 'utf8').catch(() => undefined);
        await verifySignature(file, bytes, { signature, keys: keys.latest() });
      }
      return parseSupergraph(file, decodeText(file, bytes));
    },
    judge: () => Promise.resolve(),
    readKept: () => Promise.resolve(undefined),
    watch: (look) => watchFiles(stampOf, look, stopped.signal),
    stop: () => stopped.abort(),
  };
}

async function readBytes(file: string, maxBytes: number): Promise<Buffer> {
  const bytes = await readFile(file).catch((error: unknown) => Promise.reject(unreadable(file, error)));
  if (bytes.length <= maxBytes) return bytes;
  throw new SupergraphRefused('too_large', [`The supergraph ${file} is larger than ${maxBytes} bytes.`]);
}
