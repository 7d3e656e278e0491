/**
 * A fetch of entities that asks some of its fields of every entity, and others only of those that have what these
 * fields need (@requires). Knows no plan.
 */

import type { FetchNode } from '@apollo/query-planner';

export interface JoinedFetch extends FetchNode {
  /** What is asked of entities that lack what the whole fetch needs. */
  readonly alone: FetchNode;
}

export function isJoined(node: FetchNode): node is JoinedFetch {
  return 'alone' in node;
}

/** The same done to it and to what is asked of entities that lack something. */
export function amendJoined(
  fetch: FetchNode,
  amend: (fetch: FetchNode) => FetchNode,
): FetchNode | JoinedFetch {
  return isJoined(fetch) ? { ...amend(fetch), alone: amend(fetch.alone) } : amend(fetch);
}
