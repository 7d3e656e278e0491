/**
 * What a subgraph was asked for and leaves out of its answer without a word: each null that comes of it has an error.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
const item = { id: 'i', name: 'screw', likes: 7 };

const subgraphs = [
  honest(
    'names',
    `${LINK} type Query { item: Item } type Item @key(fields: "id") { id: ID!  name: String }`,
    {
      Query: { item: () => item },
    },
  ),
  honest('likes', `${LINK} type Item @key(fields: "id") { id: ID!  likes: Int }`, {
    Item: { __resolveReference: () => item },
  }),
];

const INVALID = { code: 'SUBGRAPH_RESPONSE_INVALID' };

test.each(['{ item { name likes } }', '{ item { __typename likes } }', '{ item { t: __typename likes } }'])(
  'the name of a type that another subgraph must be sent: %s',
  async (query) => {
    const spoil = { names: () => ({ data: { item: { id: 'i', name: 'screw' } } }) };
    const { data, errors } = await (await federate({ subgraphs, spoil })).compiled(query);
    expect(data).toMatchObject({ item: { likes: null } });
    expect(errors).toEqual([{ path: ['item', 'likes'], ...INVALID }]);
  },
);

test.each(['{ item { id } }', '{ item { id likes } }', '{ item { id ... @defer { likes } } }'])(
  'a field of the root: %s',
  async (query) => {
    const graph = await federate({ subgraphs, spoil: { names: () => ({ data: {} }) } });
    for (const format of INCREMENTAL_FORMATS) {
      const { data, errors } = mergeParts(await graph.inParts(query, {}, format));
      expect(data).toEqual({ item: null });
      expect(errors).toEqual([expect.objectContaining({ path: ['item'] })]);
    }
  },
);
