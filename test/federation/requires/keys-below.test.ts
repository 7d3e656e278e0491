/**
 * The key by which one comes back with what a field needs stands below its object: the subgraph has it only as
 * @external, or it is fetched of a third one. The planner gives both up.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { mergedParts } from '../kit/merged-parts.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@shareable"])`;

const part = { id: '1', maker: { code: 'ax', output: 7 }, size: 3, rating: 'ax 7' };

const parts = (maker: string) =>
  federate({
    subgraphs: [
      honest(
        'list',
        `${LINK} type Query { parts: [Part] } type Part @key(fields: "id") { id: ID! ${maker} }
        type Maker { code: ID @shareable }`,
        { Query: { parts: () => [part] } },
      ),
      honest(
        'plants',
        `${LINK} type Part @key(fields: "id") { id: ID! maker: Maker @shareable }
        type Maker { code: ID @shareable output: Int }`,
        { Part: { __resolveReference: () => part } },
      ),
      honest(
        'ratings',
        `${LINK} type Part @key(fields: "id maker { code }") {
          id: ID! maker: Maker @shareable size: Int rating: String @requires(fields: "maker { output }")
        }
        type Maker { code: ID @external output: Int @external }`,
        {
          Part: {
            __resolveReference: (sent: Partial<typeof part>) => ({ size: 3, ...sent }),
            rating: ({ maker }: Partial<typeof part>) => `${maker?.code} ${maker?.output}`,
          },
        },
      ),
    ],
    truth: { parts: [part] },
  });

test.each([
  ['the subgraph asked first has', 'maker: Maker @shareable'],
  ['the one that has the need has', ''],
])('a key of which a part is @external, and %s that', async (_who, maker) => {
  const graph = await parts(maker);
  await graph.agreed('{ parts { rating } }');
  await graph.agreed('{ parts { rating size maker { code } } }');
  await expectParts(graph, '{ parts { id ... @defer { rating } } }', {
    parts: [{ id: '1', rating: 'ax 7' }],
  });
});

/** Its label, and that of its lid. */
const box = { label: { code: 'b', nr: 2, colour: 'red' }, lid: { code: 'c', nr: 3, colour: 'blue' } };
const labels = [box.label, box.lid];
type Sent = Partial<(typeof box)['label']>;

test('a key that another subgraph tells of an object below', async () => {
  const things = [
    { __typename: 'Box', ...box, place: 'the blue ones' },
    { __typename: 'Note', text: 'hello' },
  ];
  const graph = await federate({
    subgraphs: [
      honest(
        'shop',
        `${LINK} type Query { things: [Thing] } union Thing = Box | Note type Note { text: String }
        type Box @key(fields: "label { code }") { label: Label! @shareable }
        type Label @key(fields: "code") { code: ID! }`,
        { Query: { things: () => things } },
      ),
      honest(
        'labels',
        `${LINK} type Label @key(fields: "code") @key(fields: "nr") { code: ID! nr: Int! colour: String! }`,
        {
          Label: {
            __resolveReference: (sent: Sent) =>
              labels.find(({ code, nr }) => code === sent.code || nr === sent.nr),
          },
        },
      ),
      honest(
        'sorting',
        `${LINK} type Box @key(fields: "label { nr }") {
          label: Label! @shareable lid: Label! place: String @requires(fields: "lid { colour }")
        }
        type Label @key(fields: "nr", resolvable: false) { nr: Int! colour: String! @external }`,
        {
          Box: {
            __resolveReference: (sent: object) => ({ lid: { nr: box.lid.nr }, ...sent }),
            place: ({ lid }: typeof box) => `the ${lid.colour} ones`,
          },
        },
      ),
    ],
    truth: { things },
  });
  await graph.agreed('{ things { ... on Box { place } ... on Note { text } } }');
  await graph.agreed('{ things { ... on Box { label { code colour } lid { nr } place } } }');
  await expectParts(graph, '{ things { ... on Box { ... @defer { place } } } }', {
    things: [{ place: 'the blue ones' }, {}],
  });
});

async function expectParts(graph: Federation, query: string, data: object): Promise<void> {
  for (const merged of await mergedParts(graph, query)) expect(merged).toEqual({ data, errors: [] });
}
