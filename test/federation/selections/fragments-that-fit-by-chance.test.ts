/**
 * A fragment of the client's that selects of one type just what the plan asks for by itself: a subgraph is asked for that
 * alone, and not for what the fragment selects of other types with variables that belong elsewhere.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])';

const sheet = { __typename: 'Sheet', note: ({ of }: { of?: string }) => `a note of ${of}` };
const part = { __typename: 'Part', id: 'p', code: 'c', name: 'screw' };
const find = { __resolveReference: () => part };
const THINGS = 'union Thing = Part | Sheet  type Sheet @shareable { note(of: String): String }';

const subgraphs = [
  honest(
    'things',
    `${LINK} ${THINGS} type Query { thing: Thing  part: Part } type Part @key(fields: "id") { id: ID! }`,
    { Query: { thing: () => sheet, part: () => part }, Part: find },
  ),
  honest(
    'codes',
    `${LINK} ${THINGS} type Query { again: Thing } type Part @key(fields: "id") @key(fields: "code") { id: ID!  code: ID }`,
    { Query: { again: () => sheet }, Part: find },
  ),
  honest('names', `${LINK} type Part @key(fields: "code") { code: ID  name: String }`, { Part: find }),
];

test.each([
  'query ($of: String) { thing { ...F } part { name } } fragment F on Thing { ... on Sheet { note(of: $of) } ... on Part { __typename } }',
  'query ($of: String) { part { name code } thing { ...F } again { ...F } } fragment F on Thing { ... on Part { code } ... on Sheet { note(of: $of) } }',
])('%s', async (query) => {
  const graph = await federate({ subgraphs, truth: { thing: sheet, again: sheet, part } });
  const { errors } = await graph.agreed(query, { of: 'mine' });
  expect(errors).toEqual([]);
  const ofParts = graph.takeAsked().filter((asked) => asked.query.includes('_entities'));
  expect(ofParts.filter((asked) => asked.query.includes('note'))).toEqual([]);
});
