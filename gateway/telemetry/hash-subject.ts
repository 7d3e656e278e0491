/**
 * Who asked, as a log may have it: the same for the same person, and nothing that leads back to them without the key
 * (HMAC-SHA-256). Knows no token.
 */

import { createHmac, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { isSignedIn, type Principal } from '../../schema/contract/principal.ts';

export type HashSubject = (principal: Principal) => string | undefined;

/** 128 bits: nobody shares a hash by chance. */
const LENGTH = 32;
const MOST_REMEMBERED = 1_000;

/** Without a key it takes one by chance. Undefined for nobody. */
export function createSubjectHash(key: string | undefined): HashSubject {
  const secret = key ?? randomBytes(32);
  const known = new LRUCache<string, string>({ max: MOST_REMEMBERED });
  return (principal) => {
    if (!isSignedIn(principal)) return undefined;
    const { subject } = principal;
    const remembered = known.get(subject);
    if (remembered !== undefined) return remembered;
    const hash = createHmac('sha256', secret).update(subject).digest('hex').slice(0, LENGTH);
    known.set(subject, hash);
    return hash;
  };
}
