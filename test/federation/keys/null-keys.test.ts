/**
 * A subgraph that gives null for a key that cannot be null: whoever is found by that key is not asked, and the client
 * reads who is to blame.
 */

import { federate } from '../kit/federation.ts';
import { catalogue } from '../selections/catalogue.subgraph.ts';
import { ratings } from '../selections/ratings.subgraph.ts';

const works = [
  { __typename: 'Book', id: null, title: 'Notes' },
  { __typename: 'Film', id: 'f1', title: 'Reels' },
];

test('an entity whose key is null although it cannot be is not asked for, and its fields are explained', async () => {
  const graph = await federate({
    subgraphs: [catalogue, ratings],
    spoil: {
      catalogue: () => ({ data: { works } }),
      ratings: () => ({ data: { _entities: [{ stars: 3 }] } }),
    },
  });
  const { data, errors } = await graph.compiled(
    '{ works { title ... on Book { stars } ... on Film { stars } } }',
  );
  expect([data, errors]).toEqual([
    {
      works: [
        { title: 'Notes', stars: null },
        { title: 'Reels', stars: 3 },
      ],
    },
    [{ path: ['works', 0, 'stars'], code: 'SUBGRAPH_RESPONSE_INVALID' }],
  ]);
  const sent = graph.takeAsked().filter(({ subgraph }) => subgraph === 'ratings');
  expect(sent.map(({ variables }) => variables)).toEqual([
    { representations: [{ __typename: 'Film', id: 'f1' }] },
  ]);
});
