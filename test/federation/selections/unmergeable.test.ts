/**
 * Fields of one name that do not merge in a subgraph (String! here, String there), so that the plan asks for them under
 * names of its own: a failure elsewhere is told alone.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])`;

const all = [
  { __typename: 'Left', id: 'l', label: { text: 'l' } },
  { __typename: 'Right', id: 'r', label: { text: 'r' } },
  { __typename: 'Right', id: 's', label: null },
];
const fails = () => {
  throw new Error('no');
};

const LABELS = '{ ... on Left { label { text } } ... on Right { label { text } } }';

test.each([
  ['of the root', `{ all ${LABELS} fails }`],
  ['of an entity', `{ first { all ${LABELS} } fails }`],
])('one failure is told as one error, beside fields %s', async (_whose, query) => {
  const both = honest(
    'both',
    `${LINK}
    type Query { all: [Any] }
    type First @key(fields: "id") { id: ID!  all: [Any] }
    union Any = Left | Right
    type Left @shareable { label: Label! }
    type Label @shareable { text: String }
    type Right { label: Label }`,
    { Query: { all: () => all }, First: { __resolveReference: () => ({ all }) } },
  );
  const other = honest(
    'other',
    `${LINK}
    type Query { left: Left  fails: Int  first: First }
    type First @key(fields: "id") { id: ID! }
    type Left @shareable { label: Label }
    type Label @shareable { text: String }`,
    { Query: { fails, first: () => ({ id: 'f' }) } },
  );
  const { agreed } = await federate({ subgraphs: [both, other], truth: { all, fails, first: { all } } });
  expect((await agreed(query)).errors.map(({ path }) => path)).toEqual([['fails']]);
});
