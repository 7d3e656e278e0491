/**
 * A field needs something behind another one that may be null in the interface and not in the object; a client asks
 * the interface for that other field. What is fetched for one is there for the other.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"])`;

interface Part {
  readonly __typename: 'Part';
  readonly id: string;
  readonly rank: number;
  readonly next: () => Part;
  readonly label: string;
}

const part = (nr: number): Part => ({
  __typename: 'Part',
  id: String(nr),
  rank: nr,
  next: () => part((nr + 1) % 5),
  label: `before ${(nr + 1) % 5}`,
});
const found = { __resolveReference: ({ id }: { readonly id: string }) => part(Number(id)) };

const subgraphs = [
  honest(
    'parts',
    `${LINK}
    type Query { thing: Thing  part: Part }
    interface Thing { id: ID!  next: Thing }
    type Part implements Thing @key(fields: "id") { id: ID!  next: Part! }`,
    { Query: { thing: () => part(0), part: () => part(0) }, Part: found },
  ),
  honest(
    'labels',
    `${LINK}
    type Part @key(fields: "id") {
      id: ID!  next: Part! @external  rank: Int @external
      label: String @requires(fields: "next { rank }")
    }`,
    {
      Part: {
        __resolveReference: (given: object) => given,
        label: ({ next }: { readonly next?: { readonly rank?: number } }) => `before ${next?.rank}`,
      },
    },
  ),
  honest('ranks', `${LINK} type Part @key(fields: "id") { id: ID!  rank: Int }`, { Part: found }),
];

let graph: Federation;

beforeAll(async () => (graph = await federate({ subgraphs, truth: { thing: part(0), part: part(0) } })));

test.each([
  '{ thing { ... on Part { label } next { id } } }',
  '{ thing { next { ... on Part { label } } ... on Part { label } } }',
  '{ thing { next { ... on Part { label rank } } ... on Part { label } next { next { id ... on Part { label } } } } }',
  '{ thing { next { next { ... on Part { label } } ... on Part { label } } ... on Part { label rank } } }',
])('%s', async (query) => {
  const { errors } = await graph.agreed(query);
  expect(errors).toEqual([]);
});
