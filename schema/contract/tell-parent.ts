/**
 * What a process tells the parent that started it over IPC, and how it hears that the parent is gone. Knows neither
 * what is served nor what an end is.
 */

export interface ParentNews {
  /** Where the process listens. */
  readonly url: string;
  /** Once at most, also where the parent went away before anybody listened for that. Never without a parent. */
  readonly onGone: () => void;
}

/** Nothing happens in a process that nobody started over IPC. */
export function tellParent({ url, onGone }: ParentNews): void {
  if (process.send === undefined) return;
  if (process.connected) process.once('disconnect', onGone);
  else onGone();
  // Without somebody who hears it, a failure would end the process; who is gone needs to be told nothing.
  process.send({ kind: 'listening', url }, undefined, undefined, () => undefined);
}
