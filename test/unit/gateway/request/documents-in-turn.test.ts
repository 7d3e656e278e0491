/**
 * Manifests that change while the documents are at work: what was read last is trusted, and what cannot be run is told
 * of the supergraph that answers.
 */

import { optionsSchema } from '../../../../gateway/config/options.ts';
import { createDocuments, type Documents } from '../../../../gateway/request/create-documents.ts';
import { followDocuments } from '../../../../gateway/request/follow-documents.ts';
import type { Snapshot } from '../../../../gateway/request/snapshot.ts';
import type { Snapshots } from '../../../../gateway/request/snapshots.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';
import { MemoryStore } from '../../../../gateway/store/memory-store.ts';
import { SYSTEM_CLOCK } from '../../../../gateway/resilience/clock.ts';
import { manifestFile } from '../../../kit/manifest-file.ts';

const many = (name: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, `{ ${name}${index} }`]));

test('of two readings that overlap, the one that was begun last counts, however long the other takes', async () => {
  const manifest = manifestFile({ first: '{ first }' });
  const config = optionsSchema.parse({
    supergraph: { file: 'supergraph.graphql' },
    documents: { mode: 'only', manifests: [{ file: manifest.file }] },
  });
  let onLookedAt = (): void => undefined;
  const limits = {
    checkText: () => onLookedAt(),
    checkName: () => undefined,
    checkVariables: () => undefined,
  };
  const parts = { limits, log: createLogger({ level: 'silent' }), store: new MemoryStore(SYSTEM_CLOCK) };
  const documents = await createDocuments(config, parts);
  const second = Promise.withResolvers<boolean>();
  onLookedAt = () => {
    // The first reading has the long manifest in its hands, and its list is not made yet.
    onLookedAt = () => undefined;
    manifest.write({ last: '{ last }' });
    second.resolve(documents.reload());
  };
  manifest.write(many('old', 5_000));
  await documents.reload();
  await second.promise;
  expect(documents.state().listed).toBe(1);
  manifest.stop();
});

test('what is prepared for a supergraph that does not answer any more is given up', async () => {
  let isCurrent = true;
  // Reason for the cast: it is handed on, and nobody looks into it.
  const snapshot = {} as Snapshot;
  // Reason for the cast: nothing else of them is asked for.
  const snapshots = {
    enter: () => ({ snapshot, isCurrent: () => isCurrent, leave: () => undefined }),
  } as unknown as Snapshots;
  const inVain: boolean[] = [];
  // Reason for the cast: nothing else of them is asked for.
  const documents = {
    prepare: async (_: Snapshot, isInVain: () => boolean) => {
      inVain.push(isInVain());
      isCurrent = false;
      inVain.push(isInVain());
    },
  } as unknown as Documents;
  const manifest = manifestFile({});
  const { documents: options } = optionsSchema.parse({
    supergraph: { file: 'supergraph.graphql' },
    documents: { mode: 'log', manifests: [{ file: manifest.file }] },
  });
  const followed = followDocuments(options, documents, snapshots);
  await followed.prepared;
  await followed.stop();
  manifest.stop();
  expect(inVain).toEqual([false, true]);
});
