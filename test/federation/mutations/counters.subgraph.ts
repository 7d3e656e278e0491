/**
 * Two subgraphs that write down in which order they were called.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { book } from './data.ts';

interface Adding {
  readonly name: string;
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

export const first = honest(
  'first',
  `${LINK}
  type Query { ready: Boolean }
  type Mutation { addFirst(name: String!): Entry  fail: Entry }
  type Entry @key(fields: "id") { id: ID!  by: String }`,
  {
    Mutation: {
      addFirst: (_: unknown, { name }: Adding) => book.write('first', name),
      fail: () => {
        book.write('first', 'failed');
        throw new Error('no');
      },
    },
  },
);

export const second = honest(
  'second',
  `${LINK}
  type Mutation { addSecond(name: String!): Entry }
  type Entry @key(fields: "id") { id: ID!  seen: Int }`,
  {
    Mutation: { addSecond: (_: unknown, { name }: Adding) => book.write('second', name) },
    Entry: { seen: () => book.entries.length },
  },
);
