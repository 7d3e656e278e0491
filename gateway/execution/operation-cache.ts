/**
 * The operations that were prepared lately, by the text that clients send, and of each one preparation for every
 * decision over override labels that it was asked under. Knows neither how an operation is prepared nor decided.
 */

import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../base/is-record.ts';
import type { DecideOverrides } from '../planning/decide-overrides.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { CompiledOperation, OperationResult } from './compile-operation.ts';

/** Undefined where the operation cannot be compiled. */
export type Preparation = CompiledOperation | undefined;

/** Operations that have been validated and compiled already, by the text that clients send. */
export interface PreparedOperations {
  readonly find: (text: string, operationName: string | undefined) => PreparedOperation | undefined;
}

export interface PreparedOperation {
  readonly name: string | undefined;
  /** Undefined, and nothing fetched, where the long way must be gone: it says what is wrong with variables, and it
   * plans for a decision over labels that is new. */
  readonly begin: (variables: JsonObject, call: CallContext) => Promise<OperationResult> | undefined;
}

/** A text and operation name that was seen before. */
export interface KnownOperation {
  /** On these override labels its plan depends. */
  readonly labels: readonly string[];
  readonly find: (overrides: readonly string[]) => { readonly preparation: Preparation } | undefined;
  readonly keep: (overrides: readonly string[], preparation: Preparation) => void;
}

export interface OperationCache {
  readonly prepared: PreparedOperations;
  /** `labelsOf` is asked only about what was not seen before. */
  readonly known: (
    text: string,
    operationName: string | undefined,
    labelsOf: () => readonly string[],
  ) => KnownOperation;
}

/** A compiled operation weighs about this many times its text. */
const BYTES_PER_CHARACTER = 60;
const CACHE_BYTES = 30 * 1024 * 1024;

interface Entry {
  readonly labels: readonly string[];
  readonly variants: Map<string, { readonly preparation: Preparation }>;
  operation: PreparedOperation | undefined;
}

export function createOperationCache(decide: DecideOverrides): OperationCache {
  const cache = new LRUCache<string, Entry>({ maxSize: CACHE_BYTES });
  return {
    prepared: {
      find: (text, operationName) => cache.get(keyOf(text, operationName))?.operation,
    },
    known(text, operationName, labelsOf) {
      const key = keyOf(text, operationName);
      const entry: Entry = cache.get(key) ?? {
        labels: labelsOf(),
        variants: new Map(),
        operation: undefined,
      };
      return {
        labels: entry.labels,
        find: (overrides) => entry.variants.get(overrides.join(' ')),
        keep(overrides, preparation) {
          entry.variants.set(overrides.join(' '), { preparation });
          if (preparation !== undefined)
            entry.operation ??= preparedOperation(preparation.name, entry, decide);
          const size = (text.length * BYTES_PER_CHARACTER + 1_000) * entry.variants.size;
          cache.set(key, entry, { size });
        },
      };
    },
  };
}

/** An operation name cannot contain a space, so the two cannot be confused. */
function keyOf(text: string, operationName: string | undefined): string {
  return `${operationName ?? ''} ${text}`;
}

function preparedOperation(
  name: string | undefined,
  { labels, variants }: Entry,
  decide: DecideOverrides,
): PreparedOperation {
  return {
    name,
    begin(variables, call) {
      const compiled = variants.get(decide(call, labels).join(' '))?.preparation;
      if (compiled === undefined) return undefined;
      const coercion = compiled.coerce(variables);
      return coercion.errors === undefined ? compiled.run(variables, coercion.coerced, call) : undefined;
    },
  };
}
