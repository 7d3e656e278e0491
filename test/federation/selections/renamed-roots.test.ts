/**
 * Subgraphs that call their root types otherwise (`schema { query: query_root }`, as Hasura does). The supergraph does not
 * say so: no subgraph may be asked for `... on Query`, nor be held to that name where a field leads back to the root. And
 * supergraphs that call their own roots otherwise.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { composed } from '../../kit/start-gateway.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  directive @mark repeatable on INLINE_FRAGMENT | FRAGMENT_SPREAD | FRAGMENT_DEFINITION`;

interface Reference {
  readonly id: string;
}

const know = (reference: Reference) => reference;
const ids = ['1', '2'].map((id) => ({ id }));

const subgraphs = [
  honest(
    'things',
    `${LINK} schema { query: query_root  mutation: mutation_root }
    type query_root { thing: Thing  things: [Thing!]  again: query_root }
    type mutation_root { put(id: String): Put }
    type Put { thing: Thing  query: query_root! }
    type Thing @key(fields: "id") { id: ID!  name: String  root: query_root }`,
    {
      query_root: { thing: () => ids[0], things: () => ids, again: () => ({}) },
      mutation_root: { put: (_root: unknown, thing: Reference) => ({ thing, query: {} }) },
      Thing: { name: ({ id }: Reference) => `n${id}`, root: () => ({}), __resolveReference: know },
    },
  ),
  honest(
    'sizes',
    `${LINK} schema { query: SizesQuery  mutation: SizesMutation }
    type SizesQuery { best: Thing  count: Int }
    type SizesMutation { grow: Thing }
    type Thing @key(fields: "id") { id: ID!  size: String  home: SizesQuery }`,
    {
      SizesQuery: { best: () => ({ id: '5' }), count: () => 3 },
      SizesMutation: { grow: () => ({ id: '6' }) },
      Thing: { size: ({ id }: Reference) => `s${id}`, home: () => ({}), __resolveReference: know },
    },
  ),
];

const thing = (id: string): object => ({
  ...{ id, name: `n${id}`, size: `s${id}` },
  ...{ root: () => truth, home: () => truth },
});
const truth = {
  ...{ thing: thing('1'), things: [thing('1'), thing('2')], best: thing('5'), count: 3 },
  again: () => truth,
  put: ({ id }: Reference) => ({ thing: thing(id), query: truth }),
  grow: thing('6'),
};

let graph: Federation;

beforeAll(async () => (graph = await federate({ subgraphs, truth })));

test.each([
  '{ __typename thing { name size __typename } best { name size } count }',
  '{ own: __typename ... on Query { __typename count } ...Root } fragment Root on Query { thing { size } }',
  '{ again { __typename count thing { name size } again { count other: __typename best { name } } } }',
  '{ thing { root { __typename count thing { size } } } best { home { count __typename thing { name } } } }',
  '{ things { root { count } home { thing { name } } } }',
  'query ($no: Boolean = true) { ... on Query @skip(if: $no) { count } again @include(if: $no) { count ... on Query @include(if: $no) { thing { name } } } }',
  '{ again { ... on Query @mark { count ... on Query @mark { thing { name size } } } } best { home { ...Root @mark } } } fragment Root on Query { count thing { root { ...Other } } } fragment Other on Query @mark { best { size } again { count } }',
  'mutation { put(id: "3") { query { ... on Query @mark { thing { name } count } } } }',
  'mutation { __typename put(id: "3") { thing { name size } query { __typename count thing { size } } } grow { name size } }',
  'mutation { grow { home { thing { name } count } root { count } } put(id: "4") { thing { size home { count } } query { again { best { name } } } } }',
])('%s', async (query) => {
  const { errors } = await graph.agreed(query);
  expect(errors).toEqual([]);
});

test.each([
  '{ count ... @defer { thing { size } } }',
  '{ thing { root { ... @defer { count thing { size } } } } }',
  '{ again { ... @defer { again { count __typename } best { name } } thing { size } } }',
  'mutation { put(id: "1") { thing { name ... @defer { size home { count } } } ... @defer { query { count __typename } } } }',
])('in parts: %s', async (query) => {
  const { data } = await graph.monolith(query);
  for (const format of INCREMENTAL_FORMATS)
    expect(mergeParts(await graph.inParts(query, {}, format))).toEqual({ data, errors: [] });
});

describe('in a supergraph that calls them Begin and Change', () => {
  let begun: Federation;

  beforeAll(async () => {
    const composer: typeof composed = (served) =>
      composed(served)
        .replaceAll(/\bQuery\b/g, 'Begin')
        .replaceAll(/\bMutation\b/g, 'Change');
    begun = await federate({ subgraphs, truth, composer });
  });

  test.each([
    '{ __typename thing { name size } best { name size } count }',
    '{ ...Root } fragment Root on Begin { __typename again { count ... on Begin { thing { size } } } }',
    '{ things { root { count } home { __typename thing { name } } } }',
    'mutation { __typename put(id: "3") { thing { size } query { count thing { name } } } ... on Change { grow { name } } }',
  ])('%s', async (query) => {
    const { errors } = await begun.agreed(query);
    expect(errors).toEqual([]);
  });

  test('in parts', async () => {
    const query = '{ count ... @defer { again { ... on Begin { best { name } } thing { size } } } }';
    const { data } = await begun.monolith(query);
    for (const format of INCREMENTAL_FORMATS)
      expect(mergeParts(await begun.inParts(query, {}, format))).toEqual({ data, errors: [] });
  });
});
