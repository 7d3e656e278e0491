/**
 * What is refused takes a fragment or a type condition along; what one name stands for elsewhere is planned and answered
 * under the same names all the same.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])';
const note = { id: 'n', name: 'N' };
const refused = () => {
  throw new Error('refused');
};

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [
      honest(
        'notes',
        `${LINK}
        type Query { note: Note  hidden: Note @requiresScopes(scopes: [["notes"]]) }
        type Note { id: ID!  name: String  secret: String @requiresScopes(scopes: [["notes"]]) }`,
        { Query: { note: () => note } },
      ),
    ],
    truth: { note: { ...note, secret: refused }, hidden: refused },
  });
});

test.each([
  ['a fragment', '{ name: note { id name } hidden { ...N } } fragment N on Note { id }'],
  ['a fragment, beside a key’s name', '{ id: note { id name } hidden { ...N } } fragment N on Note { id }'],
  ['a type condition', '{ name: note { id name } hidden { ... on Note { id } } }'],
  [
    'a fragment that is left out',
    '{ name: note { id name } x: note { id ...N @include(if: false) secret } } fragment N on Note { id }',
  ],
  [
    'another field of the same name',
    '{ x: note { id a: name } a: note { id } hidden { ...N } } fragment N on Note { a: id }',
  ],
])('%s', async (_case, query) => {
  const answer = await graph.compiled(query);
  expect(answer.text).toBe((await graph.monolith(query)).text);
  expect(answer.errors.map(({ code }) => code)).toEqual(['FORBIDDEN_FIELD']);
});
