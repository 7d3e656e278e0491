/**
 * The operations that were prepared lately, by the text that clients send, and of each one preparation for every
 * decision over override labels that it was asked under; whoever asks while it is prepared waits for the same
 * preparation. Knows neither how an operation is prepared nor decided.
 */

import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../base/is-record.ts';
import type { DecideOverrides } from '../planning/decide-overrides.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { CompiledOperation, OperationResult } from './compile-operation.ts';

export interface Preparation {
  /** Undefined where the operation cannot be compiled. */
  readonly compiled: CompiledOperation | undefined;
  /** Roughly what it takes in memory, the text aside. */
  readonly bytes: number;
}

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

export interface AskedOperation {
  readonly text: string;
  /** The text, parsed; valid. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
}

/** How an operation is prepared. */
export interface Preparer {
  /** The override labels on which the plan of the document depends; asked once for each operation. */
  readonly labelsOf: (document: DocumentNode) => readonly string[];
  readonly prepare: (operation: AskedOperation, overrides: readonly string[]) => Promise<Preparation>;
}

export interface OperationCache {
  readonly prepared: PreparedOperations;
  /** Ready, or on its way already, or begun now. What fails is forgotten. */
  readonly prepare: (operation: AskedOperation, call: CallContext) => Preparation | Promise<Preparation>;
}

export interface OperationCacheParts {
  readonly decide: DecideOverrides;
  readonly preparer: Preparer;
  readonly maxBytes: number;
}

interface Entry {
  readonly labels: readonly string[];
  readonly variants: Map<string, Preparation>;
  /** Those variants that are being prepared. */
  readonly running: Map<string, Promise<Preparation>>;
  operation: PreparedOperation | undefined;
  bytes: number;
}

export function createOperationCache({ decide, preparer, maxBytes }: OperationCacheParts): OperationCache {
  const cache = new LRUCache<string, Entry>({ maxSize: maxBytes });
  /** Entries that are not in the cache, or may leave it, while something of theirs is prepared. */
  const busy = new Map<string, Entry>();

  function entryOf(key: string, { document }: AskedOperation): Entry {
    return cache.get(key) ?? busy.get(key) ?? newEntry(preparer.labelsOf(document), 2 * key.length);
  }

  async function prepareVariant(
    key: string,
    entry: Entry,
    variant: string,
    prepare: () => Promise<Preparation>,
  ): Promise<Preparation> {
    busy.set(key, entry);
    try {
      const preparation = await prepare();
      entry.variants.set(variant, preparation);
      entry.bytes += preparation.bytes;
      entry.operation ??= preparedOperation(preparation, entry, decide);
      cache.set(key, entry, { size: entry.bytes });
      return preparation;
    } finally {
      entry.running.delete(variant);
      if (entry.running.size === 0) busy.delete(key);
    }
  }

  return {
    prepared: {
      find: (text, operationName) => cache.get(keyOf(text, operationName))?.operation,
    },
    prepare(operation, call) {
      const key = keyOf(operation.text, operation.operationName);
      const entry = entryOf(key, operation);
      const overrides = decide(call, entry.labels);
      const variant = overrides.join(' ');
      const known = entry.variants.get(variant) ?? entry.running.get(variant);
      if (known !== undefined) return known;
      const begun = prepareVariant(key, entry, variant, () => preparer.prepare(operation, overrides));
      entry.running.set(variant, begun);
      return begun;
    },
  };
}

function newEntry(labels: readonly string[], bytes: number): Entry {
  return { labels, variants: new Map(), running: new Map(), operation: undefined, bytes };
}

/** An operation name cannot contain a space, so the two cannot be confused. */
function keyOf(text: string, operationName: string | undefined): string {
  return `${operationName ?? ''} ${text}`;
}

function preparedOperation(
  { compiled: first }: Preparation,
  { labels, variants }: Entry,
  decide: DecideOverrides,
): PreparedOperation | undefined {
  if (first === undefined) return undefined;
  return {
    name: first.name,
    begin(variables, call) {
      const compiled = variants.get(decide(call, labels).join(' '))?.compiled;
      if (compiled === undefined) return undefined;
      const coercion = compiled.coerce(variables);
      return coercion.errors === undefined ? compiled.run(variables, coercion.coerced, call) : undefined;
    },
  };
}
