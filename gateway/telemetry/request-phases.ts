/**
 * A request’s time by what it was spent on, from what its record has written down. Knows no clock.
 */

import type { RequestRecord } from './request-record.ts';

/** `prepare` is the short way’s; the long way parses (limits and validation included) and plans. */
export type PhaseName = 'read' | 'prepare' | 'parse' | 'plan' | 'execute' | 'write';

export interface Phase {
  readonly name: PhaseName;
  readonly startMs: number;
  readonly endMs: number;
}

/** In their order; those that the request did not get to are left out. */
export function phasesOf(record: RequestRecord, endedAtMs: number): readonly Phase[] {
  const { startedAtMs, handledAtMs, parsedAtMs, preparedAtMs, executedAtMs } = record;
  if (handledAtMs === undefined) return [];
  const phases: Phase[] = [];
  let startMs = startedAtMs;
  const until = (name: PhaseName, endMs: number | undefined) => {
    if (endMs === undefined) return;
    phases.push({ name, startMs, endMs });
    startMs = endMs;
  };
  until('read', handledAtMs);
  if (preparedAtMs === undefined) until('parse', parsedAtMs ?? executedAtMs);
  else if (parsedAtMs === undefined) until('prepare', preparedAtMs);
  else {
    until('parse', parsedAtMs);
    until('plan', preparedAtMs);
  }
  if (preparedAtMs !== undefined) until('execute', executedAtMs);
  if (executedAtMs !== undefined) until('write', endedAtMs);
  return phases;
}
