/**
 * What of a part of a plan can run where it stands, and what must wait for more to be known. Knows no fetch.
 */

import type { PlanNode } from '@apollo/query-planner';

import { Known } from './fetch-fields.ts';

export interface Followed {
  /** What of it can run where it stands; the node itself where all of it can. */
  readonly node: PlanNode | undefined;
  readonly known: Known;
  readonly late: Late | undefined;
}

/** What must wait, and for what, as a sentence. */
export interface Late {
  readonly node: PlanNode;
  readonly problem: string;
}

/** With what is around it around each part. */
export function within({ node, known, late }: Followed, wrap: (node: PlanNode) => PlanNode): Followed {
  return {
    node: node === undefined ? undefined : wrap(node),
    known,
    late: late === undefined ? undefined : { ...late, node: wrap(late.node) },
  };
}

export function sideBySide(each: readonly Followed[], before: Known): Followed {
  const late = each.flatMap((child) => child.late ?? []);
  const [first] = late;
  const waiting = inOne(
    'Parallel',
    late.map(({ node }) => node),
  );
  return {
    node: inOne(
      'Parallel',
      each.flatMap(({ node }) => node ?? []),
    ),
    known: Known.ofAll([before, ...each.map(({ known }) => known)]),
    late: first === undefined || waiting === undefined ? undefined : { ...first, node: waiting },
  };
}

export function inOne(kind: 'Sequence' | 'Parallel', nodes: readonly PlanNode[]): PlanNode | undefined {
  return nodes.length > 1 ? { kind, nodes: [...nodes] } : nodes[0];
}
