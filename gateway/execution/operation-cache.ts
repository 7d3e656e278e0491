/**
 * The operations that were prepared lately, by the text that clients send, and of each one preparation for every
 * set of choices that it was asked under; whoever asks while it is prepared waits for the same preparation. Knows
 * neither how an operation is prepared nor how a label is decided.
 */

import type { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { JsonObject } from '../base/is-record.ts';
import { weighAgain } from '../base/weigh-again.ts';
import type { Access } from '../access/create-access.ts';
import type { Refusal } from '../access/refusal.ts';
import { hashOfText } from '../operation/document-list.ts';
import type { DecideOverrides } from '../planning/decide-overrides.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { Coerce } from './compile-coercion.ts';
import type { CompiledOperation } from './compile-operation.ts';
import type {
  AskedOperation,
  CacheSize,
  PreparedOperation,
  PreparedOperations,
  UsedOperation,
  Variant,
} from './prepared-operations.ts';

export interface Preparation {
  /** Undefined where the operation cannot be compiled. */
  readonly compiled: CompiledOperation | undefined;
  /** Why it is not run at all. */
  readonly refused?: readonly Refusal[];
  /** Roughly what it takes in memory, the text aside. */
  readonly bytes: number;
}

/** What holds for an operation whatever is chosen. */
export interface OperationTraits {
  /** The override labels on which its plan depends. */
  readonly labels: readonly string[];
  /** The variables on which its @skip and @include depend. */
  readonly conditions: readonly string[];
  /** The variables of which a null is wrong somewhere, though their types allow it. */
  readonly loose: readonly string[];
  /** What its fields may demand of whoever asks; often nothing. */
  readonly demands: readonly string[];
  readonly coerce: Coerce;
}

/** How an operation is prepared. */
export interface Preparer {
  /** Asked once for each operation. */
  readonly traitsOf: (operation: AskedOperation) => OperationTraits;
  readonly prepare: (operation: AskedOperation, variant: Variant) => Promise<Preparation>;
}

/** How the operation is run with the variables, or what is wrong with them. */
export type PreparedAsked =
  | { readonly errors: readonly GraphQLError[] }
  | {
      readonly errors?: never;
      readonly coerced: JsonObject;
      readonly preparation: Preparation | Promise<Preparation>;
    };

export interface OperationCache {
  /** Ready for any choices, or on its way. */
  readonly has: (text: string, operationName: string | undefined) => boolean;
  readonly find: (text: string, operationName: string | undefined) => PreparedOperation | undefined;
  readonly mostUsed: PreparedOperations['mostUsed'];
  readonly size: PreparedOperations['size'];
  /** Ready, or on its way already, or begun now. What fails is forgotten. */
  readonly prepare: (operation: AskedOperation, variables: JsonObject, call: CallContext) => PreparedAsked;
  /** The same for choices that were made elsewhere. */
  readonly prepareVariant: (
    operation: AskedOperation,
    choices: Variant,
  ) => Preparation | Promise<Preparation>;
}

/** What is chosen for each request. */
export interface Choosing {
  readonly decide: DecideOverrides;
  readonly unmetBy: Access['unmetBy'];
}

export interface OperationCacheParts extends Choosing {
  readonly preparer: Preparer;
  readonly maxBytes: number;
  /** Called for each operation that had to make room for others. */
  readonly onEviction?: (() => void) | undefined;
}

interface Entry {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly traits: OperationTraits;
  readonly variants: Map<string, PreparedVariant>;
  /** Those variants that are being prepared. */
  readonly running: Map<string, Promise<Preparation>>;
  operation: PreparedOperation | undefined;
  bytes: number;
  uses: number;
}

type Named = Pick<AskedOperation, 'text' | 'operationName'>;

interface PreparedVariant extends Preparation {
  readonly choices: Variant;
}

export function createOperationCache(parts: OperationCacheParts): OperationCache {
  const cache = createEntries(parts);
  /** Entries that are not in the cache, or may leave it, while something of theirs is prepared. */
  const busy = new Map<string, Entry>();

  const known = (asked: Named) => cache.get(keyOf(asked)) ?? busy.get(keyOf(asked));
  const entryOf = (operation: AskedOperation) =>
    known(operation) ?? newEntry(operation, parts.preparer.traitsOf(operation));

  async function begin(entry: Entry, operation: AskedOperation, choices: Variant): Promise<Preparation> {
    const key = keyOf(entry);
    const variant = variantKey(entry.traits, choices);
    busy.set(key, entry);
    try {
      const preparation = await parts.preparer.prepare(operation, choices);
      entry.variants.set(variant, { ...preparation, choices });
      entry.bytes += preparation.bytes;
      entry.operation ??= preparedOperation(preparation, entry, parts);
      weighAgain(cache, key, entry, entry.bytes);
      return preparation;
    } finally {
      entry.running.delete(variant);
      if (entry.running.size === 0) busy.delete(key);
    }
  }

  function prepareIn(entry: Entry, operation: AskedOperation, given: Variant) {
    const choices = relevant(entry.traits, given);
    const variant = variantKey(entry.traits, choices);
    const prepared = entry.variants.get(variant) ?? entry.running.get(variant);
    if (prepared !== undefined) return prepared;
    const begun = begin(entry, operation, choices);
    entry.running.set(variant, begun);
    return begun;
  }

  return {
    has: (text, operationName) => known({ text, operationName }) !== undefined,
    find: (text, operationName) => use(cache.get(keyOf({ text, operationName }))),
    mostUsed: (count) => mostUsed([...cache.values()], count),
    size: () => sizeOf(cache),
    prepareVariant: (operation, choices) => prepareIn(entryOf(operation), operation, choices),
    prepare(operation, variables, call) {
      const entry = entryOf(operation);
      const { coerced, errors } = entry.traits.coerce(variables);
      if (errors !== undefined) return { errors };
      const choices = choicesOf(parts, entry.traits, coerced, call);
      return { coerced, preparation: prepareIn(entry, operation, choices) };
    },
  };
}

function createEntries({ maxBytes, onEviction }: OperationCacheParts): LRUCache<string, Entry> {
  return new LRUCache({
    maxSize: maxBytes,
    dispose(_entry, _key, reason) {
      if (reason === 'evict') onEviction?.();
    },
  });
}

function sizeOf(cache: LRUCache<string, Entry>): CacheSize {
  const plans = [...cache.values()].reduce((sum, { variants }) => sum + variants.size, 0);
  return { operations: cache.size, plans, bytes: cache.calculatedSize };
}

function newEntry({ text, operationName }: AskedOperation, traits: OperationTraits): Entry {
  const [variants, running] = [new Map<string, PreparedVariant>(), new Map<string, Promise<Preparation>>()];
  const bytes = 2 * text.length;
  return { text, operationName, traits, variants, running, operation: undefined, bytes, uses: 0 };
}

function use(entry: Entry | undefined): PreparedOperation | undefined {
  if (entry !== undefined) entry.uses += 1;
  return entry?.operation;
}

function mostUsed(entries: readonly Entry[], count: number): readonly UsedOperation[] {
  return entries
    .toSorted((one, other) => other.uses - one.uses)
    .slice(0, count)
    .map(({ text, operationName, variants }) => {
      return { text, operationName, variants: [...variants.values()].map(({ choices }) => choices) };
    });
}

function choicesOf(
  { decide, unmetBy }: Choosing,
  { labels, demands }: OperationTraits,
  variables: JsonObject,
  call: CallContext,
): Variant {
  return { overrides: decide(call, labels), unmet: unmetBy(call.principal, demands), variables };
}

/** Without what does not matter to the operation: of variables, all but its conditions and wrong nulls. */
function relevant(traits: OperationTraits, { overrides, unmet, variables }: Variant): Variant {
  const { labels, conditions, loose, demands } = traits;
  const nulls = loose.filter((name) => variables[name] === null);
  return {
    overrides: overrides.filter((label) => labels.includes(label)),
    unmet: unmet.filter((demand) => demands.includes(demand)),
    variables: {
      ...Object.fromEntries(nulls.map((name) => [name, null])),
      ...Object.fromEntries(conditions.map((name) => [name, variables[name] === true])),
    },
  };
}

/** No two that differ have the same, whatever a client calls its operation. */
function keyOf({ text, operationName }: Named): string {
  return operationName === undefined ? `:${text}` : `${operationName.length}:${operationName}${text}`;
}

function variantKey(
  { conditions, loose }: OperationTraits,
  { overrides, unmet, variables }: Variant,
): string {
  if (conditions.length + loose.length + overrides.length + unmet.length === 0) return '';
  const given = conditions.map((name) => (variables[name] === true ? '1' : '0'));
  const values = [...given, ...loose.map((name) => (variables[name] === null ? '1' : '0'))].join('');
  return [[values, ...overrides].join(' '), ...unmet].join('\n');
}

function preparedOperation(
  { compiled: first }: Preparation,
  { text, traits, variants }: Entry,
  choosing: Choosing,
): PreparedOperation | undefined {
  // A subscription has no answer, short or long.
  if (first === undefined || first.source !== undefined) return undefined;
  return {
    name: first.name,
    type: first.type,
    hash: hashOfText(text),
    begin(variables, call) {
      const { coerced, errors } = traits.coerce(variables);
      if (errors !== undefined) return undefined;
      const choices = choicesOf(choosing, traits, coerced, call);
      return variants.get(variantKey(traits, choices))?.compiled?.runToBytes(variables, call);
    },
  };
}
