/**
 * Texts that come again with other values written into them: from the third one on they are run as one operation that
 * takes its values as variables, so that no more of them are planned. Those before, and all others, stay as they are
 * written. Knows no plan.
 */

import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../base/is-record.ts';
import { weighAgain } from '../base/weigh-again.ts';
import { liftLiterals, type LiftedOperation } from '../operation/lift-literals.ts';
import { scanLiterals } from '../operation/scan-literals.ts';
import type { AskedOperation } from './prepared-operations.ts';

export interface RepeatedPatterns {
  /** The text of the operation that stands for the text, and what its variables are. */
  readonly find: (text: string) => { readonly text: string; readonly values: JsonObject } | undefined;
  /** The operation that stands for this one, which must be valid. Each text that is asked here counts. */
  readonly note: (
    operation: AskedOperation,
  ) => { readonly operation: AskedOperation; readonly values: JsonObject } | undefined;
}

/**
 * How many texts of a pattern stay as they are written, for there are operations of which there are only two. Only tests
 * change it, to look at the one way or the other.
 */
export const asWritten = { texts: 2 };

const CACHE_CHARACTERS = 2_000_000;
/** What a pattern weighs beside itself, and what its operation does, parsed, for each character of its text. */
const CHARACTERS_OF_ENTRY = 100;
const WEIGHT_OF_PARSED = 20;

interface Pattern {
  texts: number;
  /** Roughly, in characters. */
  size: number;
  /** Undefined where nothing can be lifted, and as long as it is not known. */
  lifted: LiftedOperation | undefined;
}

export function createRepeatedPatterns(schema: GraphQLSchema): RepeatedPatterns {
  const patterns = new LRUCache<string, Pattern>({ maxSize: CACHE_CHARACTERS });
  let anyLifted = false;

  return {
    find(text) {
      // What nobody asks for should cost nobody anything.
      if (!anyLifted) return undefined;
      const scanned = scanLiterals(text);
      if (scanned === undefined) return undefined;
      const lifted = patterns.get(scanned.pattern)?.lifted;
      const values = lifted?.valuesOf(scanned.literals);
      return lifted === undefined || values === undefined ? undefined : { text: lifted.text, values };
    },
    note({ text, document, operationName }) {
      const scanned = scanLiterals(text);
      if (scanned === undefined) return undefined;
      const { pattern: key, literals } = scanned;
      const pattern = patterns.get(key) ?? newPattern(key);
      if (pattern.texts === asWritten.texts) lift(pattern, text, liftLiterals(document, literals, schema));
      pattern.texts += 1;
      const { lifted, size } = pattern;
      anyLifted ||= lifted !== undefined;
      weighAgain(patterns, key, pattern, size);
      const values = lifted?.valuesOf(literals);
      if (lifted === undefined || values === undefined) return undefined;
      return { operation: { ...lifted, operationName }, values };
    },
  };
}

function newPattern(key: string): Pattern {
  return { texts: 0, size: CHARACTERS_OF_ENTRY + key.length, lifted: undefined };
}

function lift(pattern: Pattern, text: string, lifted: LiftedOperation | undefined): void {
  if (lifted === undefined) return;
  pattern.lifted = lifted;
  // A literal that stays may be a piece of the text, which is then kept whole.
  pattern.size += text.length + WEIGHT_OF_PARSED * lifted.text.length;
}
