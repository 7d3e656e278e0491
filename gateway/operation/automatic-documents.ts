/**
 * Documents that clients have stored by their SHA-256 (Apollo's automatic persisted queries): in this process, bounded
 * by bytes, count and time, and behind it in a store that processes share, where there is one. What is stored here is
 * valid; that is for others to see to. Knows no request.
 */

import { LRUCache } from 'lru-cache';

import type { Config } from '../config/options.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { hashOfText } from './document-list.ts';

export interface AutomaticDocuments {
  /** At once where it is known in this process, or nobody else could know it. */
  readonly find: (hash: string) => string | undefined | Promise<string | undefined>;
  /** The hash must be the text's. False where it is known already, or too large to be kept. */
  readonly store: (hash: string, text: string) => boolean;
  readonly size: () => { readonly documents: number; readonly bytes: number };
}

const HASH = /^[0-9a-f]{64}$/;
/** A UTF-16 unit takes two bytes at most; the rest is the hash and the entry around both. */
const BYTES_OF_A_UNIT = 2;
const BYTES_OF_AN_ENTRY = 400;

export interface AutomaticDocumentsParts {
  readonly options: Omit<Config['documents']['automatic'], 'enabled'>;
  /** Asked only for what is not known here; without it each process is alone. */
  readonly shared: Pick<SharedStore, 'get' | 'set'> | undefined;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

export function createAutomaticDocuments(parts: AutomaticDocumentsParts): AutomaticDocuments {
  const { options, shared, nowMs } = parts;
  const { maxBytes, maxDocuments, expirySeconds } = options;
  const lifetimeMs = expirySeconds * 1000;
  const known = new LRUCache<string, string>({
    max: maxDocuments,
    maxSize: maxBytes,
    sizeCalculation: (text) => BYTES_OF_AN_ENTRY + BYTES_OF_A_UNIT * text.length,
    ttl: lifetimeMs,
    ttlResolution: 0,
    updateAgeOnGet: true,
    perf: { now: nowMs },
  });

  async function findElsewhere(
    hash: string,
    elsewhere: Pick<SharedStore, 'get'>,
  ): Promise<string | undefined> {
    const text = await elsewhere.get(keyOf(hash));
    // Whoever can write there must not be able to put another document under a hash.
    if (text === undefined || hashOfText(text) !== hash) return undefined;
    known.set(hash, text);
    return text;
  }

  return {
    find(hash) {
      if (!HASH.test(hash)) return undefined;
      const text = known.get(hash);
      return text !== undefined || shared === undefined ? text : findElsewhere(hash, shared);
    },
    store(hash, text) {
      if (known.get(hash) !== undefined) return false;
      known.set(hash, text);
      if (!known.has(hash)) return false;
      void shared?.set(keyOf(hash), text, lifetimeMs);
      return true;
    },
    size: () => ({ documents: known.size, bytes: known.calculatedSize }),
  };
}

function keyOf(hash: string): string {
  return `document:${hash}`;
}
