/**
 * A field that needs another one, which needs something itself that is fetched only later. The federation library’s
 * planner asks a subgraph for the one in the middle too early there; bare Apollo answers from what it then makes up.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"])`;

const said = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const parts = [
  { id: '1', weight: 7, label: 'screw', next: '2' },
  { id: '2', weight: 5, label: 'nut', next: '1' },
];
const partOf = (id: string) => parts.find((part) => part.id === id);
const parcelOf = ({ weight }: { weight?: number }) => `a parcel of ${said(weight)}`;

const truthOf = (postageOf: (part: (typeof parts)[number]) => string) => ({
  parts: parts.map((part) => ({ ...part, parcel: parcelOf(part), postage: postageOf(part) })),
});

test('what is needed is not asked of a subgraph that only knows of it', async () => {
  const graph = await federate({
    subgraphs: [
      honest(
        'packing',
        `${LINK}
        type Part @key(fields: "id") { id: ID!  weight: Int @external  parcel: String! @requires(fields: "weight") }
        type Query { parts: [Part!]! }`,
        { Query: { parts: () => parts.map(({ id }) => ({ id })) }, Part: { parcel: parcelOf } },
      ),
      honest(
        'posting',
        `${LINK}
        type Part @key(fields: "id") {
          id: ID!  weight: Int  parcel: String! @external  postage: String! @requires(fields: "parcel")
        }`,
        {
          Part: {
            weight: ({ id }: { id: string }) => partOf(id)?.weight,
            postage: ({ parcel }: { parcel?: string }) => `stamps for ${said(parcel)}`,
          },
        },
      ),
    ],
    truth: truthOf((part) => `stamps for ${said(parcelOf(part))}`),
  });
  const { data } = await graph.agreed('{ parts { postage } }');
  expect(data).toEqual({
    parts: [{ postage: 'stamps for "a parcel of 7"' }, { postage: 'stamps for "a parcel of 5"' }],
  });
  expect((await graph.bareApollo('{ parts { postage } }')).data).not.toEqual(data);
});

test('what is needed is asked only when what it needs is there', async () => {
  const graph = await federate({
    subgraphs: [
      honest(
        'packing',
        `${LINK}
        type Part @key(fields: "id") {
          id: ID!  label: String!  weight: Int @external  parcel: String! @requires(fields: "weight")
        }
        type Query { parts: [Part!]! }`,
        {
          Query: { parts: () => parts.map(({ id, label }) => ({ id, label })) },
          Part: {
            __resolveReference: (given: { id: string }) => ({ ...given, label: partOf(given.id)?.label }),
            parcel: parcelOf,
          },
        },
      ),
      honest(
        'weighing',
        `${LINK}
        type Part @key(fields: "id") { id: ID!  weight: Int  next: Part }`,
        {
          Part: {
            weight: ({ id }: { id: string }) => partOf(id)?.weight,
            next: ({ id }: { id: string }) => partOf(partOf(id)?.next ?? ''),
          },
        },
      ),
      honest(
        'posting',
        `${LINK}
        type Part @key(fields: "id") {
          id: ID!
          label: String! @external
          next: Part @external
          parcel: String! @external
          postage: String! @requires(fields: "next { label } parcel")
        }`,
        {
          Part: {
            postage: ({ next, parcel }: { next?: { label?: string }; parcel?: string }) =>
              `${said(parcel)} before ${said(next?.label)}`,
          },
        },
      ),
    ],
    truth: truthOf((part) => `${said(parcelOf(part))} before ${said(partOf(part.next)?.label)}`),
  });
  const { data } = await graph.agreed('{ parts { postage } }');
  expect(data).toEqual({
    parts: [{ postage: '"a parcel of 7" before "nut"' }, { postage: '"a parcel of 5" before "screw"' }],
  });
  expect((await graph.bareApollo('{ parts { postage } }')).data).not.toEqual(data);
});
