/**
 * The last good value of fields, kept for whoever saw it and for nobody else: what a principal may see depends on who
 * asks, so a value is found again only by the same subject with the same roles, scopes and customer. Bounded in
 * bytes. Knows no operation.
 */

import { LRUCache } from 'lru-cache';

import type { Principal } from '../../schema/contract/principal.ts';

export interface KnownValue {
  readonly value: unknown;
  readonly ageMs: number;
}

export interface LastGood {
  /** `entity` names type, key and field. */
  readonly remember: (whose: string, entity: string, value: unknown) => void;
  readonly recall: (whose: string, entity: string) => KnownValue | undefined;
}

/** What an entry weighs beside its texts. */
const BYTES_OF_ANY = 200;

/** `nowMs` is a clock that never goes back. */
export function createLastGood(maxBytes: number, nowMs: () => number): LastGood {
  const values = new LRUCache<string, { readonly value: unknown; readonly atMs: number }>({
    maxSize: maxBytes,
    sizeCalculation: ({ value }, key) => BYTES_OF_ANY + 2 * (key.length + textLength(value)),
  });
  return {
    remember: (whose, entity, value) => void values.set(`${entity} ${whose}`, { value, atMs: nowMs() }),
    recall(whose, entity) {
      const known = values.get(`${entity} ${whose}`);
      return known === undefined ? undefined : { value: known.value, ageMs: nowMs() - known.atMs };
    },
  };
}

/** The same text for the same claims alone. */
export function nameOfPrincipal({ subject, roles, scopes, customerId }: Principal): string {
  return JSON.stringify([subject, customerId ?? null, roles.toSorted(), scopes.toSorted()]);
}

/** Leaf values alone are kept: text, numbers, lists and custom scalars. */
function textLength(value: unknown): number {
  return typeof value === 'string' ? value.length : JSON.stringify(value).length;
}
