/**
 * Tells when files have changed and are still again. Knows nothing of what is in them.
 */

import { stat } from 'node:fs/promises';

const POLL_MS = 500;

/**
 * Looks twice a second until the signal aborts; `onChange` must not reject, and the next look waits for it. What is
 * being done about a change then goes on.
 */
export function watchFiles(
  stampOf: () => Promise<string | undefined>,
  onChange: () => Promise<void>,
  signal: AbortSignal,
): void {
  const isNews = createChangeDetector();
  let timer: NodeJS.Timeout | undefined;
  async function look(): Promise<void> {
    const stamp = await stampOf();
    if (!signal.aborted && isNews(stamp)) await onChange();
    if (!signal.aborted) timer = setTimeout(() => void look(), POLL_MS).unref();
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  void look();
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
export async function stampOfFile(file: string): Promise<string | undefined> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    // Whoever replaces a file may remove it first.
    return undefined;
  }
}
