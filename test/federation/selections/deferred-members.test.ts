/**
 * A fragment on an interface, deferred where the type is known already: what the interface promises of the type may be
 * another subgraph's, and comes in a part of its own like anything else.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

const vase = { __typename: 'Vase', id: 'v' };
const subgraphs = [
  honest(
    'museum',
    `${LINK} type Query { piece: Piece } interface Piece { id: ID! } type Vase implements Piece @key(fields: "id") { id: ID! }`,
    { Query: { piece: () => vase }, Piece: { __resolveType: () => 'Vase' } },
  ),
  honest(
    'insurer',
    `${LINK} interface Piece { value: Int } type Vase implements Piece @key(fields: "id") { id: ID!  value: Int }`,
    { Vase: { __resolveReference: () => vase, value: () => 7 } },
  ),
];

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs, truth: { piece: { ...vase, value: 7 } } });
});

test.each([
  '{ piece { ... on Vase { ... on Piece @defer { value } } } }',
  '{ piece { ... on Vase { ... on Piece @defer { id ... on Piece @defer { value } } } } }',
  '{ ... @defer { piece { ... on Vase { ... on Piece @defer { value } } } } }',
])('%s', async (query) => {
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS) {
    const payloads = await graph.inParts(query, {}, format);
    expect(payloads[0]?.hasNext).toBe(true);
    expect(mergeParts(payloads)).toEqual({ data, errors: [] });
  }
});
