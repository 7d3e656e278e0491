/**
 * A tree whose nodes have two children each, and operations over it that are cheap to send and costly to plan.
 */

import { honest } from './fake-subgraph.ts';

export const tree = honest(
  'tree',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
   type Query { node: Node }
   type Node @key(fields: "id") { id: ID!, number: Int, left: Node, right: Node }`,
  { Query: { node: () => ({ id: '1', number: 7 }) } },
);

/** Fragments that ask for twice as much at each level; nothing about the text is long. */
export function bomb(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment F${level} on Node { left { ...F${level + 1} } right { ...F${level + 1} } }`,
  );
  return `query Bomb { node { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Node { id }`;
}
