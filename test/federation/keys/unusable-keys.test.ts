/**
 * A subgraph that names keys by which it cannot be asked (`resolvable: false`) is asked by the one by which it can,
 * also where it is come back to with what one of its fields needs.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const PARTS = [
  { id: '1', code: 'A', size: { width: 3, height: 4 }, name: 'bolt' },
  { id: '2', code: 'B', size: { width: 5, height: 6 }, name: 'nut' },
];

const naming = honest(
  'naming',
  /* GraphQL */ `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
    type Part @key(fields: "id") @key(fields: "code", resolvable: false) {
      id: ID!
      code: ID!
      name: String!
    }
  `,
  { Part: { __resolveReference: ({ id }: { id: string }) => PARTS.find((part) => part.id === id) } },
);

interface Reference {
  readonly code: string;
  readonly size: { readonly height: number };
  readonly name?: string;
}

const labelling = honest(
  'labelling',
  /* GraphQL */ `
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
    type Part
      @key(fields: "id", resolvable: false)
      @key(fields: "size { width }", resolvable: false)
      @key(fields: "code size { height }") {
      id: ID!
      code: ID!
      size: Size!
      name: String! @external
      label: String! @requires(fields: "name")
    }
    type Size {
      width: Int!
      height: Int!
    }
    type Query {
      parts: [Part!]!
    }
  `,
  {
    Query: { parts: () => PARTS.map(({ name: _name, ...part }) => part) },
    Part: {
      __resolveReference({ code, size, name }: Reference) {
        const found = PARTS.find((part) => part.code === code && part.size.height === size.height);
        return found === undefined ? null : { ...found, name };
      },
      label: ({ id, name }: { id: string; name: string }) => `${id} ${name}`,
    },
  },
);

const truth = { parts: () => PARTS.map((part) => ({ ...part, label: `${part.id} ${part.name}` })) };

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [naming, labelling], truth });
});

test.each(['{ parts { id name label } }', '{ parts { label } }', '{ parts { size { width } label } }'])(
  '%s',
  async (query) => {
    expect((await graph.agreed(query)).errors).toEqual([]);
  },
);

test('it is told no key that it cannot use', async () => {
  graph.takeAsked();
  await graph.agreed('{ parts { label } }');
  expect(graph.takeAsked().at(-1)).toMatchObject({
    subgraph: 'labelling',
    variables: {
      representations: [
        { __typename: 'Part', code: 'A', size: { height: 4 }, name: 'bolt' },
        { __typename: 'Part', code: 'B', size: { height: 6 }, name: 'nut' },
      ],
    },
  });
});
