/**
 * What can be wrong with a subgraph, as data: a field that fails or lies, entities that it does not know, or its
 * answers as a whole. Knows neither how a subgraph does that nor what follows from it.
 */

import { unreachable } from '../../../gateway/base/unreachable.ts';
import type { Lie } from '../../kit/fake-subgraph.ts';

/** What a subgraph gives in place of the field's value; all but 'error' come without an error of its own. */
export type FieldLie = 'error' | 'wrong type' | 'wrong item' | 'null' | 'left out';

/** What a subgraph gives in place of its answer; to what is no fetch of entities, of `entities` the honest one. */
export type AnswerLie =
  | {
      readonly of: 'answer';
      readonly says: Lie | 'nothing, and hangs up' | 'nothing, and listens no more' | 'an error without data';
    }
  | { readonly of: 'entities'; readonly says: 'too few' | 'too many' | 'none' };

export interface FieldFault {
  readonly kind: 'field';
  readonly lie: FieldLie;
  /** The object type, and the interface in whose place a subgraph knows it (@interfaceObject). */
  readonly types: readonly string[];
  readonly field: string;
  readonly share: Share;
  /** Whether other fields or fetches need it, so that more may be lost with it. */
  readonly isNeeded: boolean;
}

export interface UnknownFault {
  readonly kind: 'unknown';
  readonly subgraph: string;
  readonly type: string;
  readonly share: Share;
}

export interface AnswerFault {
  readonly kind: 'answer';
  readonly lie: AnswerLie;
  readonly subgraph: string;
  /** Some: every other call, by its body. */
  readonly calls: 'all' | 'some';
}

/** What nobody asked for, beside an honest answer. */
export interface ExtraFault {
  readonly kind: 'extra';
  readonly subgraph: string;
}

export type Fault = FieldFault | UnknownFault | AnswerFault | ExtraFault;

/** Of which objects: those whose identity has an even hash, an odd one, or all. */
export type Share = 'even' | 'odd' | 'all';

/** Whether the object is among them; an object without an id is only among all. */
export function isAmong(share: Share, source: unknown): boolean {
  if (share === 'all') return true;
  const id: unknown = typeof source === 'object' && source !== null && 'id' in source ? source.id : undefined;
  return typeof id === 'string' && parityOf(id) === share;
}

export function parityOf(text: string): Share {
  let hash = 7;
  for (const letter of text) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return (hash ^ (hash >>> 7)) % 2 === 0 ? 'even' : 'odd';
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'field':
      return `${fault.types.join('|')}.${fault.field}: ${fault.lie} (${fault.share})`;
    case 'unknown':
      return `${fault.subgraph} does not know ${fault.share} ${fault.type}`;
    case 'answer':
      return `${fault.subgraph}, ${fault.lie.of}: ${fault.lie.says} (${fault.calls} calls)`;
    case 'extra':
      return `${fault.subgraph} says more than it was asked`;
    default:
      return unreachable(fault);
  }
}
