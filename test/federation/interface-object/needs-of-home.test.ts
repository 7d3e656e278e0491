/**
 * A field that one subgraph adds to an interface needs what only the interface’s own subgraph has, and is asked of one
 * type alone, where a third subgraph gave the objects. The federation library’s planner walks in a circle there until
 * it has no memory left.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@interfaceObject"])`;

interface Named {
  readonly id: string;
}

const media = [
  { __typename: 'Book', id: 'b', title: 'Notes' },
  { __typename: 'Film', id: 'f', title: 'Waves' },
];
const mediumOf = ({ id }: Named) => media.find((medium) => medium.id === id);
const blurbOf = ({ title }: { readonly title?: string }) => `read ${title ?? 'nothing'}`;

test('the operation is planned and answered', async () => {
  const graph = await federate({
    subgraphs: [
      honest(
        'shelf',
        `${LINK}
        interface Medium @key(fields: "id") { id: ID!  title: String! }
        type Book implements Medium @key(fields: "id") { id: ID!  title: String! }
        type Film implements Medium @key(fields: "id") { id: ID!  title: String! }`,
        {
          Medium: { __resolveReference: mediumOf },
          Book: { __resolveReference: mediumOf },
          Film: { __resolveReference: mediumOf },
        },
      ),
      honest(
        'blurbs',
        `${LINK}
        type Medium @key(fields: "id") @interfaceObject {
          id: ID!  title: String! @external  blurb: String @requires(fields: "title")
        }`,
        { Medium: { blurb: blurbOf } },
      ),
      honest(
        'charts',
        `${LINK}
        type Medium @key(fields: "id") @interfaceObject { id: ID! }
        type Query { chart: [Medium!]! }`,
        { Query: { chart: () => media.map(({ id }) => ({ id })) } },
      ),
    ],
    truth: { chart: media.map((medium) => ({ ...medium, blurb: blurbOf(medium) })) },
  });
  expect((await graph.agreed('{ chart { id ... on Book { blurb } } }')).data).toEqual({
    chart: [{ id: 'b', blurb: 'read Notes' }, { id: 'f' }],
  });
  await graph.agreed('{ chart { ... on Film { title blurb } blurb __typename } }');
});
