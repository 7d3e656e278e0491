/**
 * What clients of a fault run have sent and were told: the one side of the comparison at the end. Knows no database.
 */

import type { JsonObject } from '../../gateway/base/is-record.ts';
import type { WriteName } from './write-kinds.ts';

/** What one attempt came to, as far as its client can know. */
export type Outcome =
  | { readonly kind: 'done'; readonly answer: JsonObject }
  /** It took no effect, and never will. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Certainly no effect so far; sending it again may help. */
  | { readonly kind: 'notNow'; readonly code: string }
  /** `key` repeats it so that it takes effect at most once. */
  | { readonly kind: 'unknown'; readonly because: string; readonly key?: string | undefined };

/** `keyed` has a key from the beginning; `keyless` trusts what the errors say about repeating. */
export type Habit = 'keyed' | 'keyless';

export interface Write {
  /** The text by which its effects are found. */
  readonly id: string;
  readonly name: WriteName;
  readonly input: JsonObject;
  readonly habit: Habit;
  /** One for each attempt. */
  readonly outcomes: Outcome[];
}

/** What its client knows at the end. */
export function finalOutcome({ outcomes }: Write): Outcome {
  return outcomes.at(-1) ?? { kind: 'notNow', code: 'never sent' };
}
