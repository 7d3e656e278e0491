/**
 * Tells when a file has changed and is still again. Knows nothing of what is in it.
 */

import { stat } from 'node:fs/promises';

export interface FileWatch {
  /** Nothing is told any more; what is being done about a change goes on. */
  readonly stop: () => void;
}

const POLL_MS = 500;

/** Looks twice a second; `onChange` must not reject, and the next look waits for it. */
export function watchFile(file: string, onChange: () => Promise<void>): FileWatch {
  const isNews = createChangeDetector();
  let isStopped = false;
  async function look(): Promise<void> {
    if (isNews(await stampOf(file))) await onChange();
    if (!isStopped) timer = setTimeout(() => void look(), POLL_MS).unref();
  }
  let timer: NodeJS.Timeout | undefined;
  void look();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/**
 * Given the stamps of a file one after another, says which of them is news: one that differs from what was news last
 * and was there the time before, so that a file is not read while it is written. That there is no file is no news;
 * that there is one is, once, for it may have changed before anybody looked.
 */
export function createChangeDetector(): (stamp: string | undefined) => boolean {
  let known: string | undefined;
  let before: string | undefined;
  return (stamp) => {
    const isStill = stamp === before;
    before = stamp;
    if (stamp === undefined || stamp === known || !isStill) return false;
    known = stamp;
    return true;
  };
}

/** Differs whenever the file was written or replaced; undefined where there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    // Whoever replaces a file may remove it first.
    return undefined;
  }
}
