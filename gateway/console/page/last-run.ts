/**
 * What is to be told of the last operation that ran: its cost, what each system took, and what was refused. Knows no
 * transport and shows nothing.
 */

import type { SystemCall } from '../../base/operation-report.ts';
import { observableValue } from './observable-value.ts';

export interface Cost {
  readonly estimated: number;
  readonly actual?: number;
  readonly maximum: number;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly subgraph?: string;
    readonly team?: string;
    readonly reason?: string;
    readonly details?: { readonly field?: string; readonly rule?: string; readonly why?: string };
  };
}

/** An answer, or a part of one. */
export interface AnswerPart {
  readonly errors?: readonly AnswerError[];
  readonly extensions?: { readonly cost?: Cost; readonly calls?: readonly SystemCall[] };
  readonly incremental?: readonly { readonly errors?: readonly AnswerError[] }[];
}

export interface LastRun {
  readonly cost?: Cost;
  readonly calls?: readonly SystemCall[];
  readonly errors: readonly AnswerError[];
  readonly tookMs: number;
}

export const lastRun = observableValue<LastRun | undefined>(undefined);

/** What is known after one more part. */
export function withPart(run: LastRun, part: AnswerPart, tookMs: number): LastRun {
  const errors = [...(part.errors ?? []), ...(part.incremental ?? []).flatMap((each) => each.errors ?? [])];
  return { ...run, ...part.extensions, errors: [...run.errors, ...errors], tookMs };
}
