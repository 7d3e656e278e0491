/**
 * One type of an interface is refused to the caller, and so is the interface: a fragment on it is still answered within an
 * object that can only be an open one, as the same fields are without the fragment.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])';
const dog = { __typename: 'Dog', id: 'd', name: 'Rex' };

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [
      honest(
        'home',
        `${LINK}
        type Query { dog: Dog pets: [Pet] }
        type Mutation { feed: Dog }
        interface Pet { id: ID! name: String }
        type Dog implements Pet { id: ID! name: String }
        type Fish implements Pet @requiresScopes(scopes: [["fish"]]) { id: ID! name: String }`,
        { Query: { dog: () => dog, pets: () => [dog] }, Mutation: { feed: () => dog } },
      ),
    ],
    truth: { dog, feed: dog },
  });
});

test.each([
  ['inline', '{ dog { ... on Pet { id } } }'],
  ['named', '{ dog { ...P } } fragment P on Pet { id name }'],
  ['in one another', '{ dog { ...P } } fragment P on Pet { id ...Q } fragment Q on Pet { name }'],
  ['of what a mutation gives', 'mutation { feed { ...P } } fragment P on Pet { id }'],
])('%s', async (_case, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test('elsewhere it is refused', async () => {
  const { data, errors } = await graph.compiled('{ dog { ...P } pets { ...P } } fragment P on Pet { id }');
  expect(data).toEqual({ dog: { id: 'd' }, pets: null });
  expect(errors.map(({ code, path }) => [code, path])).toEqual([['FORBIDDEN_FIELD', ['pets']]]);
});

test('an object that may not be null is not lost with what is refused of it', async () => {
  const open = await federate({
    subgraphs: [
      honest(
        'home',
        `${LINK}
        type Query { me: Me! none: [Me!]! open: Int }
        type Me { secret: String @requiresScopes(scopes: [["me"]]) code: ID! @requiresScopes(scopes: [["me"]]) }`,
        { Query: { me: () => ({ secret: 's', code: 'c' }), none: () => [], open: () => 1 } },
      ),
    ],
  });
  const answersTo = async (query: string) => {
    const { data, errors } = await open.compiled(query);
    return [data, errors.map(({ path }) => path)];
  };
  expect(await answersTo('{ me { secret } open }')).toEqual([
    { me: { secret: null }, open: 1 },
    [['me', 'secret']],
  ]);
  expect(await answersTo('{ none { secret } open }')).toEqual([{ none: [], open: 1 }, []]);
  // Its own null would spread all the same, so nobody is asked.
  open.takeAsked();
  expect(await answersTo('{ me { code } open }')).toEqual([null, [['me', 'code']]]);
});
