/**
 * The last good supergraph of an address, kept in one file with its signature, for a start on a day when the address
 * gives none. The signature stands in a comment before the text, so that the file is a supergraph by itself and the two
 * cannot come apart. Knows no address.
 */

import { open, readFile, rename, rm } from 'node:fs/promises';

import type { Followed } from '../../schema/contract/follow-files.ts';
import { isRecord } from '../base/is-record.ts';
import { decodeText } from './decode-text.ts';
import type { PublicKeys } from './public-keys.ts';
import { parseSupergraph, unreadable, type Supergraph } from './read-supergraph.ts';
import { verifySignature } from './verify-signature.ts';

export interface SignedBytes {
  readonly bytes: Uint8Array;
  readonly signature: string | undefined;
}

const HEAD = '# Kept by the gateway. Signature: ';
const UNSIGNED = 'none';
const NEWLINE = 0x0a;

/** Whoever reads meanwhile reads the old one or the new one. Rejects where the file cannot be written. */
export async function keepCopy(file: string, { bytes, signature }: SignedBytes): Promise<void> {
  // Several processes may keep the same; each writes its own draft.
  const draft = `${file}.${process.pid}.draft`;
  const head = `${HEAD}${signature?.trim() ?? UNSIGNED}\n`;
  try {
    const handle = await open(draft, 'w', 0o644);
    try {
      await handle.writeFile(Buffer.concat([Buffer.from(head), bytes]));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Undefined where none is kept yet. What is kept must be signed like what is fetched. Rejects with SupergraphRefused. */
export async function readKeptCopy(
  file: string,
  keys: Followed<PublicKeys> | undefined,
): Promise<Supergraph | undefined> {
  const kept = await readFile(file).catch((error: unknown) => {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined;
    throw unreadable(file, error);
  });
  if (kept === undefined) return undefined;
  const { bytes, signature } = splitCopy(kept);
  if (keys !== undefined) await verifySignature(file, bytes, { signature, keys: keys.latest() });
  return parseSupergraph(file, decodeText(file, bytes));
}

function splitCopy(kept: Buffer): SignedBytes {
  const end = kept.indexOf(NEWLINE);
  const head = kept.subarray(0, Math.max(end, 0)).toString('latin1');
  if (!head.startsWith(HEAD)) return { bytes: kept, signature: undefined };
  const signature = head.slice(HEAD.length);
  return { bytes: kept.subarray(end + 1), signature: signature === UNSIGNED ? undefined : signature };
}
