/**
 * A fetch of entities whose fields do not all need the same of them (@requires): of an entity that lacks something it
 * asks what does not need that. Knows no plan.
 */

import type { FetchNode } from '@apollo/query-planner';

export interface JoinedFetch extends FetchNode {
  /** The whole fetch taken apart, for entities that lack what the whole needs: each part is asked of those that it can be. */
  readonly parts: readonly FetchNode[];
}

export function isJoined(node: FetchNode): node is JoinedFetch {
  return 'parts' in node;
}

/** The same done to the whole and to its parts. */
export function amendJoined(
  fetch: FetchNode,
  amend: (fetch: FetchNode) => FetchNode,
): FetchNode | JoinedFetch {
  return isJoined(fetch) ? { ...amend(fetch), parts: fetch.parts.map(amend) } : amend(fetch);
}
