/**
 * What clients store by its hash: how long it is kept, and what another process has stored is checked before it is
 * believed.
 */

import { createAutomaticDocuments } from '../../../../gateway/operation/automatic-documents.ts';
import { hashOfText } from '../../../../gateway/operation/document-list.ts';
import { MemoryStore } from '../../../../gateway/store/memory-store.ts';
import { SYSTEM_CLOCK } from '../../../../gateway/resilience/clock.ts';

const OPTIONS = { maxBytes: 100_000, maxDocuments: 10, expirySeconds: 60 };
const TEXT = '{ name }';
const HASH = hashOfText(TEXT);
const at = { nowMs: 0 };
const nowMs = () => at.nowMs;

test('what nobody asks for expires, and what is asked for stays', async () => {
  at.nowMs = 1;
  const documents = createAutomaticDocuments({ options: OPTIONS, shared: undefined, nowMs });
  documents.store(HASH, TEXT);
  at.nowMs += 59_000;
  expect(await documents.find(HASH)).toBe(TEXT);
  at.nowMs += 59_000;
  expect(await documents.find(HASH)).toBe(TEXT);
  at.nowMs += 61_000;
  expect(await documents.find(HASH)).toBeUndefined();
  expect(documents.size()).toEqual({ documents: 0, bytes: 0 });
});

test('what another process stored is found, once asked and then known', async () => {
  const shared = new MemoryStore(SYSTEM_CLOCK);
  const [one, other] = [1, 2].map(() => createAutomaticDocuments({ options: OPTIONS, shared, nowMs }));
  expect(one!.store(HASH, TEXT)).toBe(true);
  expect(other!.find(HASH)).toBeInstanceOf(Promise);
  expect(await other!.find(HASH)).toBe(TEXT);
  expect(other!.find(HASH)).toBe(TEXT);
});

test('another document under the hash is not believed, whoever put it there', async () => {
  const shared = new MemoryStore(SYSTEM_CLOCK);
  await shared.set(`document:${HASH}`, '{ secret }', 60_000);
  const documents = createAutomaticDocuments({ options: OPTIONS, shared, nowMs });
  expect(await documents.find(HASH)).toBeUndefined();
  expect(documents.size().documents).toBe(0);
});

test('what is no hash is asked of nobody', () => {
  const get = () => Promise.reject(new Error('asked'));
  const documents = createAutomaticDocuments({ options: OPTIONS, shared: { get, set: get }, nowMs });
  for (const hash of ['', 'x', '__proto__', `${HASH}0`, HASH.toUpperCase(), `${HASH}\n`])
    expect(documents.find(hash)).toBeUndefined();
});
