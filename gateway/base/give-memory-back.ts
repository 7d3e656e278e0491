/**
 * What was needed once would stay for long: V8 sees no reason to look, as long as little is left behind. Knows nobody who
 * needed it.
 */

/** Does nothing where the process was started without --expose-gc. */
export function giveMemoryBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
