/**
 * Errors of a subgraph that name no entity it was asked for, or only one of those that it lost: each null has an error.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Spoil } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const message = 'no';

const gives = honest(
  'gives',
  `${LINK}
  type Query { users: [User]  team: Team }
  type User @key(fields: "id") { id: ID! }
  type Team @key(fields: "id") { id: ID! }`,
  { Query: { users: () => [{ id: '1' }, { id: '2' }], team: () => ({ id: 't' }) } },
);
const named = { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'n' }) };
const names = honest(
  'names',
  `${LINK}
  type User @key(fields: "id") { id: ID!  name: String }
  type Team @key(fields: "id") { id: ID!  name: String }`,
  { User: named, Team: named },
);

const asked = async (spoil: Spoil, query: string) => {
  const { compiled } = await federate({ subgraphs: [gives, names], spoil: { names: spoil } });
  const { data, errors } = await compiled(query);
  return [data, errors.map(({ path }) => path)];
};

test.each([
  ['no data', { errors: [{ message, path: ['_entities', 0, 'name'] }] }],
  ['data: null', { data: null, errors: [{ message, path: ['_entities', 1] }] }],
])('%s, and an error of one entity: the others have one too', async (_what, answer) => {
  expect(await asked(() => answer, '{ users { name } }')).toEqual([
    { users: [{ name: null }, { name: null }] },
    [
      ['users', 0, 'name'],
      ['users', 1, 'name'],
    ],
  ]);
});

test.each([2, -1, 0.5])('an error of entity %d, which nobody asked for', async (index) => {
  const answer = {
    data: { _entities: [{ name: null }, { name: 'n' }] },
    errors: [{ message, path: ['_entities', index, 'name'] }],
  };
  expect(await asked(() => answer, '{ users { name } }')).toEqual([
    { users: [{ name: null }, { name: 'n' }] },
    [['users', 0, 'name']],
  ]);
});

test.each([7, -1, 1e15])('an error of item %d of a list, which is not there', async (index) => {
  const { compiled } = await federate({
    subgraphs: [gives, names],
    spoil: {
      gives: () => ({
        data: { users: [null, { id: '2' }] },
        errors: [{ message, path: ['users', index, 'id'] }],
      }),
    },
  });
  const { data, errors } = await compiled('{ users { id } }');
  expect([data, errors.map(({ path }) => path)]).toEqual([{ users: [null, { id: '2' }] }, [['users']]]);
});

test.each([[['representations_1', 9, 'name']], [['representations_9', 0, 'name']], [['_entities', 0]]])(
  'an error at %j where two fetches are one call',
  async (path) => {
    const answer = {
      data: { representations_0: [{ name: 'n' }, { name: 'n' }], representations_1: [{ name: null }] },
      errors: [{ message, path }],
    };
    const [data, paths] = await asked(() => answer, '{ users { name } team { name } }');
    expect([data, paths]).toEqual([
      { users: [{ name: 'n' }, { name: 'n' }], team: { name: null } },
      expect.arrayContaining([['team', 'name']]),
    ]);
  },
);

test('indexes that are written as text', async () => {
  const answer = {
    data: { _entities: [{ name: 'n' }, { name: null }] },
    errors: [{ message, path: ['_entities', '1', 'name'] }],
  };
  expect(await asked(() => answer, '{ users { name } }')).toEqual([
    { users: [{ name: 'n' }, { name: null }] },
    [['users', 1, 'name']],
  ]);
});

test('an object that is said to be of another type has an error of its own beside one of its list', async () => {
  const { compiled } = await federate({
    subgraphs: [gives, names],
    spoil: {
      gives: () => ({
        data: {
          users: [
            { __typename: 'Team', id: '1' },
            { __typename: 'User', id: '2' },
          ],
        },
        errors: [{ message, path: ['users'] }],
      }),
    },
  });
  const { data, errors } = await compiled('{ users { id } }');
  expect([data, errors.map(({ path }) => path)]).toEqual([
    { users: [null, { id: '2' }] },
    [['users', 0], ['users']],
  ]);
});
