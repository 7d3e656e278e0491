/**
 * A field may take an argument from an object around it (@fromContext). Each place of an entity gets the answer for
 * what stands around that place, whatever the client asks besides.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { truth } from './data.ts';
import { colors, places, vehicles } from './places.subgraph.ts';
import { carts, people, weights } from './shop.subgraph.ts';

const subgraphs = [people, carts, weights, places, vehicles, colors];

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs, truth });
});

test('the value is fetched from its owner first, and one call asks for all values', async () => {
  graph.takeAsked();
  expect((await graph.agreed('{ users { carts { total } } }')).data).toEqual({
    users: [
      { carts: [{ total: 'c1 in EUR' }, { total: 'c2 in EUR' }] },
      { carts: [{ total: 'c1 in USD' }] },
      { carts: [{ total: 'c2 in no currency' }, { total: 'c3 in no currency' }] },
      { carts: [{ total: 'c2 in EUR' }] },
    ],
  });
  const [first, ...others] = graph.takeAsked();
  expect(first?.query).toBe('{users{__typename id currency}}');
  const ofUsers = (...ids: readonly string[]) => ids.map((id) => ({ __typename: 'User', id }));
  expect(others.map(({ subgraph, variables }) => [subgraph, variables])).toEqual([
    [
      'carts',
      {
        contextualArgument_1_0_0: 'EUR',
        contextualArgument_1_0_1: 'USD',
        contextualArgument_1_0_2: null,
        representations_0: ofUsers('u1', 'u4'),
        representations_1: ofUsers('u2'),
        representations_2: ofUsers('u3'),
      },
    ],
  ]);
});

test('no more than a hundred values go into one document', async () => {
  const many = Array.from({ length: 150 }, (_, index) => ({
    __typename: 'User',
    id: 'u1',
    currency: `C${index}`,
  }));
  const crowd = await federate({
    subgraphs,
    spoil: { people: () => ({ data: { users: many } }) },
  });
  expect((await crowd.compiled('{ users { carts { total } } }')).data).toEqual({
    users: many.map(({ currency }) => ({
      carts: [{ total: `c1 in ${currency}` }, { total: `c2 in ${currency}` }],
    })),
  });
  expect(crowd.takeAsked().map(({ subgraph }) => subgraph)).toEqual(['people', 'carts', 'carts']);
});

test.each([
  ['one entity at places with other values', '{ users { carts { id items { id price weight } total } } }'],
  [
    'users within users',
    '{ users { friend { carts { total } friend { carts { total } } } carts { total } } }',
  ],
  [
    'the nearest user counts',
    '{ user(id: "u2") { carts { total owner { carts { total twin { total } } } } } }',
  ],
  [
    'a user that a cart names',
    '{ user(id: "u3") { carts { id twin { total owner { carts { items { price } } } } } } }',
  ],
  ['the value asked by the client too', '{ users { currency carts { total } } }'],
  ['the value under an alias', '{ users { money: currency carts { t: total twin { total } } } }'],
  ['another field under its name', '{ users { currency: id carts { total: id total2: total } } }'],
  [
    'other fields under the names of keys',
    '{ users { id: currency carts { id: total items { id: price } } } }',
  ],
  ['the field twice', '{ user(id: "u1") { carts { one: total } again: carts { two: total } } }'],
  [
    'named fragments',
    '{ users { ...U } } fragment U on User { carts { ...C } } fragment C on Cart { total items { price } }',
  ],
  ['nobody around', '{ user(id: "nobody") { carts { total } } }'],
])('%s', async (_case, query) => {
  await graph.agreed(query);
});

test.each([
  [
    'a type that sets no context passes on what is around it',
    '{ places { zone goods { id ... on Apple { place } } } }',
  ],
  [
    'a type that sets it is not passed over through its interface',
    '{ places { goods { next { ... on Pear { place } } } } }',
  ],
  [
    'types that are asked for different fields',
    `{ places {
      ... on Shop { goods { ... on Apple { fits(size: 1) place color } ... on Pear { place } } }
      ... on Stall { goods { ... on Apple { place } ... on Pear { id } } }
      ... on Tent { zone goods { ... on Apple { small: fits(size: 2) } } }
    } }`,
  ],
  [
    'own arguments beside the context',
    '{ places { goods { ... on Apple { a: fits(size: 1) b: fits(size: 2) } } } }',
  ],
  [
    'what another subgraph says of one entity',
    '{ places { goods { ... on Apple { color pairs { id place } } } } }',
  ],
  [
    'the root',
    '{ zone: __typename z: zone places { ... on Tent { goods { next { ... on Pear { place } } } } } }',
  ],
  [
    'a selection by type',
    '{ vehicles { ... on Bus { load { id mark } } ... on Van { line: plate load { mark } } } }',
  ],
])('%s', async (_case, query) => {
  await graph.agreed(query);
});

test('what a client calls like a context takes no part', async () => {
  const query = 'query ($size: Int!) { places { goods { ... on Apple { fits(size: $size) } } } }';
  const variables = {
    size: 3,
    contextualArgument_1_0: 'x',
    contextualArgument_4_1: 'x',
    contextualArgument_4_0: 'x',
  };
  expect(await graph.compiled(query, variables)).toEqual(await graph.compiled(query, { size: 3 }));
  const named =
    'query ($contextualArgument_1_0: ID!, $contextualArgument_4_0: Int!) { user(id: $contextualArgument_1_0) { id } places { goods { ... on Apple { fits(size: $contextualArgument_4_0) } } } }';
  await graph.agreed(named, { contextualArgument_1_0: 'u1', contextualArgument_4_0: 3 });
});

test('a value that could not be fetched is the reason why the field is null', async () => {
  const broken = await federate({
    subgraphs,
    spoil: {
      people: (honest, { query }) => (query.includes('_entities') ? { errors: [{ message: 'no' }] } : honest),
    },
  });
  const answer = await broken.compiled('{ user(id: "u2") { carts { total owner { carts { id total } } } } }');
  const code = 'SUBGRAPH_FAILED';
  expect([answer.data, answer.errors]).toEqual([
    {
      user: {
        carts: [
          {
            total: 'c1 in USD',
            owner: {
              carts: [
                { id: 'c1', total: null },
                { id: 'c2', total: null },
              ],
            },
          },
        ],
      },
    },
    [
      { code, path: ['user', 'carts', 0, 'owner', 'carts', 0, 'total'] },
      { code, path: ['user', 'carts', 0, 'owner', 'carts', 1, 'total'] },
    ],
  ]);
});

test('an error for one value is told where it was asked', async () => {
  const broken = await federate({
    subgraphs,
    spoil: {
      carts(honest) {
        const path = ['representations_1', 0];
        return {
          data: { ...honest.data, representations_1: [null] },
          errors: [{ message: 'no', path, extensions: { code: 'STATE_CONFLICT' } }],
        };
      },
    },
  });
  const answer = await broken.compiled('{ users { id currency carts { total } } }');
  // No user may be without carts.
  expect([answer.data, answer.errors]).toEqual([
    null,
    [{ code: 'STATE_CONFLICT', path: ['users', 1, 'carts'] }],
  ]);
});
