/**
 * Keeps the trusted documents up to date while the gateway runs: prepared for the supergraph that answers, and read
 * again when a manifest changes. Knows neither HTTP nor what a manifest looks like.
 */

import type { Config } from '../config/options.ts';
import { stampOfFile, watchFiles } from '../supergraph/watch-files.ts';
import type { Documents } from './create-documents.ts';
import type { Snapshots } from './snapshots.ts';

export interface FollowedDocuments {
  /** Whether they were prepared once since the start, or the time for that is over. */
  readonly isPrepared: () => boolean;
  /** When that is so. */
  readonly prepared: Promise<void>;
  /** Ends when nothing is prepared any more. */
  readonly stop: () => Promise<void>;
}

/** Prepares at once, in the background. */
export function followDocuments(
  { mode, manifests }: Config['documents'],
  documents: Documents,
  snapshots: Snapshots,
): FollowedDocuments {
  let isPrepared = mode === 'off';
  let isStopping = false;
  const running = new Set<Promise<void>>();

  async function prepare(): Promise<void> {
    const { snapshot, isCurrent, leave } = snapshots.enter();
    try {
      // Whoever takes over has been prepared, and what fits the old one is nobody's question any more.
      await documents.prepare(snapshot, () => isStopping || !isCurrent());
    } finally {
      leave();
    }
  }

  /** What is begun is waited for at the end. */
  function begin(work: () => Promise<void>): Promise<void> {
    const begun = work().finally(() => running.delete(begun));
    running.add(begun);
    return begun;
  }

  const prepared = mode === 'off' ? Promise.resolve() : begin(prepare).then(() => void (isPrepared = true));
  const stopped = new AbortController();
  for (const { file } of mode === 'off' ? [] : manifests) {
    const reload = async () => {
      if (!isStopping && (await documents.reload())) void begin(prepare);
    };
    watchFiles(() => stampOfFile(file), reload, stopped.signal);
  }
  return {
    isPrepared: () => isPrepared,
    prepared,
    async stop() {
      isStopping = true;
      stopped.abort();
      await Promise.all(running);
    },
  };
}
