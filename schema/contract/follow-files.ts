/**
 * What is made of a few files, keys or certificates, made anew when one of them changes. Both sides follow their files
 * by this one rule, so that a rotation has one procedure. Knows neither keys nor certificates, and needs no timer:
 * it looks when it is asked.
 */

import { statSync } from 'node:fs';

/** Longer would make a rotation slow; a look costs some microseconds. */
const LOOK_EVERY_MS = 1_000;

export interface FollowedFiles<Value> {
  readonly files: readonly string[];
  /** Reads the files; throws where they cannot be used. */
  readonly read: () => Value;
  /** Undefined: what changed was taken over. Else why not; what was read before stays in use. */
  readonly onChange: (problem?: unknown) => void;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

export interface Followed<Value> {
  /** Looks at the files once a second at most. */
  readonly current: () => Value;
  /** Looks at once: for who misses something that may just have been added. */
  readonly latest: () => Value;
}

/** Throws what `read` throws the first time; never later. */
export function followFiles<Value>({ files, read, onChange, nowMs }: FollowedFiles<Value>): Followed<Value> {
  let stamp = stampOf(files);
  let value = read();
  let lookedAtMs = nowMs();

  function latest(): Value {
    lookedAtMs = nowMs();
    const found = stampOf(files);
    if (found === stamp) return value;
    // Also where the reading fails: a file that was caught half-written has another stamp when it is whole.
    stamp = found;
    try {
      value = read();
      onChange();
    } catch (problem) {
      onChange(problem);
    }
    return value;
  }

  return { current: () => (nowMs() - lookedAtMs < LOOK_EVERY_MS ? value : latest()), latest };
}

/** What never changes, where a value that follows files could stand. */
export function unchanging<Value>(value: Value): Followed<Value> {
  return { current: () => value, latest: () => value };
}

/** Differs whenever one of them was written or replaced. */
function stampOf(files: readonly string[]): string {
  return files.map(stampOfOne).join();
}

function stampOfOne(file: string): string {
  // Whoever replaces a file may remove it first: that there is none is a state like others.
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.mtimeNs} ${found.size} ${found.ino}`;
}
