/**
 * An interface that no subgraph implements: where its objects could only be seen through types, nobody can be asked,
 * and the client is told.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const declaring = honest(
  'declaring',
  /* GraphQL */ `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    interface Node @key(fields: "id") {
      id: ID!
    }
    type Shelf {
      name: String
      node: Node
    }
    type Query {
      declared: Node
      shelf: Shelf
    }
  `,
  { Query: { shelf: () => ({ name: 'top', node: { __typename: 'Node', id: 'n1' } }) } },
);

const extending = honest(
  'extending',
  /* GraphQL */ `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
    type Node @key(fields: "id", resolvable: false) @interfaceObject {
      id: ID!
      colour: String
    }
    type Query {
      extended: Node
    }
  `,
  { Query: { extended: () => ({ id: 'n1', colour: 'red' }) } },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [declaring, extending] });
});

test('a subgraph that treats it as an object answers for itself', async () => {
  expect(await graph.compiled('{ extended { id colour } }')).toMatchObject({
    data: { extended: { id: 'n1', colour: 'red' } },
    errors: [],
  });
});

test('an operation of which nobody can be asked anything is null field by field, with errors', async () => {
  expect(await graph.compiled('{ declared { colour } again: declared { colour } }')).toMatchObject({
    data: { declared: null, again: null },
    errors: [
      { path: ['again'], code: 'INTERNAL' },
      { path: ['declared'], code: 'INTERNAL' },
    ],
  });
});

test('where the client leaves it out, nothing is wrong', async () => {
  const query = 'query ($yes: Boolean!) { declared @include(if: $yes) { colour } }';
  expect(await graph.compiled(query, { yes: false })).toMatchObject({ data: {}, errors: [] });
  expect(await graph.compiled(query, { yes: true })).toMatchObject({
    data: { declared: null },
    errors: [{ path: ['declared'], code: 'INTERNAL' }],
  });
});

test('a field that nobody can be asked for is null with an error', async () => {
  expect(await graph.compiled('{ shelf { name node { colour } } }')).toMatchObject({
    data: { shelf: { name: 'top', node: null } },
    errors: [{ path: ['shelf', 'node'] }],
  });
  expect(await graph.compiled('{ declared { colour } extended { colour } }')).toMatchObject({
    data: { declared: null, extended: { colour: 'red' } },
    errors: [{ path: ['declared'], code: 'INTERNAL' }],
  });
});
