/**
 * A supergraph in which nothing says that an interface object has a field only from elsewhere, as
 * @theguild/federation-composition writes it: what its other fields need is sent all the same.
 */

import { composed } from '../../kit/start-gateway.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@provides", "@requires", "@shareable", "@interfaceObject"])`;

const book = { __typename: 'Book', id: 'b', name: 'Emma', pages: 9 };
const known = { __resolveReference: () => book };
const home = honest(
  'home',
  `${LINK}
  type Query { nodes: [Node] }
  interface Node @key(fields: "id") { id: ID!  name: String  pages: Int }
  type Book implements Node @key(fields: "id") { id: ID!  name: String  pages: Int @shareable }`,
  {
    Query: { nodes: () => [book] },
    Node: { __resolveType: () => 'Book', ...known },
    Book: known,
  },
);
const moods = honest(
  'moods',
  `${LINK}
  type Query { first: Node @provides(fields: "pages") }
  type Node @key(fields: "id") @interfaceObject {
    id: ID!  name: String @external  pages: Int @external  mood: String @requires(fields: "name")
  }`,
  {
    Query: { first: () => ({ id: 'b', pages: 9 }) },
    Node: {
      __resolveReference: (node: object) => node,
      mood: ({ name }: { readonly name: string }) => `${name} feels fine`,
    },
  },
);
const whole = { ...book, mood: 'Emma feels fine' };

test.each([
  '{ nodes { mood } }',
  '{ first { mood pages name } }',
  '{ first { pages } nodes { pages mood } }',
])('%s', async (query) => {
  const composer = (served: Parameters<typeof composed>[0]) => {
    const sdl = composed(served);
    const unsaid = sdl
      .replace(
        'name: String @join__field(graph: HOME) @join__field(graph: MOODS, external: true)',
        'name: String',
      )
      .replace(
        'pages: Int @join__field(graph: HOME) @join__field(graph: MOODS, external: true)',
        'pages: Int',
      );
    expect(unsaid.length).toBeLessThan(sdl.length - 100);
    return unsaid;
  };
  const graph = await federate({
    subgraphs: [home, moods],
    composer,
    truth: { nodes: [whole], first: whole },
  });
  await graph.agreed(query);
});
