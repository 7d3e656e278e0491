/**
 * A fragment on an interface above, on another interface of the same types, or on a union, where the object comes from a
 * subgraph that knows its interface as an object. @apollo/gateway refuses to plan most of these.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@interfaceObject"])`;

interface Asset {
  readonly id: string;
}

const assets = [
  { __typename: 'Image', id: 'i', mime: 'png', url: 'image', rate: 4 },
  { __typename: 'Video', id: 'v', mime: 'mp4', seconds: 9, rate: 4 },
  { __typename: 'Sound', id: 's', mime: 'mp3', rate: 4 },
];
const assetOf = ({ id }: Asset) => assets.find((asset) => asset.id === id);

const library = honest(
  'library',
  `${LINK}
  type Query { assets: [Asset] shown: [Shown] }
  union Shown = Image | Video
  interface Node { id: ID! }
  interface Typed { mime: String }
  interface Asset implements Node @key(fields: "id") { id: ID! mime: String }
  type Image implements Asset & Node & Typed @key(fields: "id") { id: ID! mime: String url: String }
  type Video implements Asset & Node & Typed @key(fields: "id") { id: ID! mime: String seconds: Int }
  type Sound implements Asset & Node @key(fields: "id") { id: ID! mime: String }
  type Folder implements Node { id: ID! name: String }`,
  {
    Query: { assets: () => assets, shown: () => assets.slice(0, 2) },
    Asset: { __resolveReference: assetOf },
    Image: { __resolveReference: assetOf },
    Video: { __resolveReference: assetOf },
    Sound: { __resolveReference: assetOf },
  },
);

const rates = honest(
  'rates',
  `${LINK}
  type Query { rated: [Asset] }
  type Asset @interfaceObject @key(fields: "id") { id: ID! rate: Int }`,
  {
    Query: { rated: () => assets.map(({ id }) => ({ id, rate: 4 })) },
    Asset: { __resolveReference: ({ id }: Asset) => ({ id, rate: 4 }) },
  },
);

let graph: Federation;

beforeAll(async () => {
  graph = await federate({
    subgraphs: [library, rates],
    truth: { assets, rated: assets, shown: assets.slice(0, 2) },
  });
});

test.each([
  ['on the interface above', '{ rated { ... on Node { id } } }'],
  ['named', '{ rated { rate ...N } } fragment N on Node { __typename id ... on Asset { rate mime } }'],
  ['on a type within', '{ rated { ... on Node { ... on Video { seconds } rate: id } } }'],
  ['on another interface', '{ rated { ... on Typed { mime } } }'],
  ['on another interface, the name of the type alone', '{ rated { ... on Typed { __typename } } }'],
  ['on a union', '{ rated { ... on Shown { __typename ... on Image { url } ... on Asset { rate } } } }'],
  ['on a union, one of its types alone', '{ rated { ... on Shown { ... on Video { seconds } } } }'],
  ['on a union within a type', '{ rated { ... on Image { ... on Shown { ... on Typed { mime } } } } }'],
  ['of which nothing is left', '{ rated { id ... on Typed { ... on Node { ... on Sound { mime } } } } }'],
  ['from the types themselves', '{ assets { ... on Node { id } ... on Typed { mime } rate } }'],
  [
    'on a union within a type, of another of its types',
    '{ shown { ... on Image { url ... on Shown { ... on Video { seconds } ... on Image { again: url } } } } }',
  ],
  [
    'on a union within a type, nothing but another of its types',
    '{ shown { ... on Image { ... on Shown { ... on Video { seconds } } } } }',
  ],
  [
    'on the interface above, of a type that is not of the interface',
    '{ assets { rate ... on Node { ... on Folder { name } ... { ... on Folder { name } id } } } }',
  ],
  [
    'on the interface above, nothing but a type that is not of the interface',
    '{ rated { ... on Node { ... on Folder { name } } } }',
  ],
  ['from the union', '{ shown { ... on Node { id } ... on Asset { rate mime } } }'],
])('%s', async (_case, query) => {
  expect((await graph.agreed(query)).errors).toEqual([]);
});

test.each([true, false])('under a condition: %s', async (yes) => {
  const query = `query ($yes: Boolean!) {
    rated { ... on Node @include(if: $yes) { id } ... on Typed @skip(if: $yes) { mime } }
  }`;
  await graph.agreed(query, { yes });
});
