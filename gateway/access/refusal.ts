/**
 * A field that is not asked for because the principal may not see it, or because an argument of it is wrong, and the
 * mark by which its node is known in a document. Knows neither demands nor data.
 */

import { Kind, type DirectiveNode, type FieldNode, type SelectionNode } from 'graphql';

export interface Refusal {
  /** `Type.field`. */
  readonly field: string;
  /** What would have to be met, in words. */
  readonly rule: string;
  /** The argument that is wrong; left out where whoever asks may not see the field. */
  readonly argument?: string;
  /** The subgraph that answers for the field. */
  readonly subgraph: string | undefined;
  /** The response keys that lead from the marked node down to the field, ending at the first list. */
  readonly below: readonly string[];
}

const MARKS = new WeakMap<DirectiveNode, readonly Refusal[]>();

/** The mark is a directive, so it survives all that keeps a node's directives; no client can write its name. */
export function markRefused(node: FieldNode, because: readonly Refusal[]): FieldNode {
  const mark: DirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'refused field' } };
  MARKS.set(mark, because);
  return { ...node, directives: [mark] };
}

/** Undefined for a node that is asked. */
export function refusalsOf({ directives }: SelectionNode): readonly Refusal[] | undefined {
  const [first] = directives ?? [];
  return first === undefined ? undefined : MARKS.get(first);
}
