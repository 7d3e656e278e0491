/**
 * What a field needs stands several keys away. The planner fetches it on a way back that nobody waits for, or together
 * with the field itself, although what is needed needs something of the same subgraph.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires"])`;

const part = {
  k1: '1',
  k2: '2',
  k3: '3',
  v1: 'one',
  v2: 'two',
  first: 'first of two',
  need: 'need of one',
  second: 'second of first of two',
};
type Sent = Partial<typeof part>;
const find = () => part;
const asSent = (sent: Sent) => sent;

const subgraph = (name: string, type: string, resolvers: object = { __resolveReference: find }) =>
  honest(name, `${LINK}\n${type}`, { Query: { part: find, parts: () => [part, part] }, Part: resolvers });

/** Over which one comes from `k1` to the subgraph that needs `v1`. */
const OTHERS = [
  subgraph('b', 'type Part @key(fields: "k1") @key(fields: "k2") { k1: ID!  k2: ID }'),
  subgraph('c', 'type Part @key(fields: "k2") @key(fields: "k3") { k2: ID  k3: ID }'),
  subgraph(
    'd',
    'type Part @key(fields: "k3") { k3: ID  v1: String @external  need: String @requires(fields: "v1") }',
    { __resolveReference: asSent, need: ({ v1 }: Sent) => `need of ${v1}` },
  ),
];

test.each([
  ['of the subgraph asked first', 'v1: String', ''],
  ['of the subgraph before the one that needs it', '', 'v1: String'],
])('a need %s', async (_case, inFirst, inThird) => {
  const graph = await federate({
    subgraphs: [
      subgraph(
        'a',
        `type Query { part: Part  parts: [Part] } type Part @key(fields: "k1") { k1: ID! ${inFirst} }`,
      ),
      subgraph('b', 'type Part @key(fields: "k1") @key(fields: "k2") { k1: ID!  k2: ID }'),
      subgraph('c', `type Part @key(fields: "k2") @key(fields: "k3") { k2: ID  k3: ID ${inThird} }`),
      subgraph(
        'd',
        `type Part @key(fields: "k3") { k3: ID  v1: String @external  need: String @requires(fields: "v1") }`,
        { __resolveReference: asSent, need: ({ v1 }: Sent) => `need of ${v1}` },
      ),
    ],
    truth: { part, parts: [part, part] },
  });
  await graph.agreed('{ part { need } }');
  await graph.agreed('{ parts { need k1 v1 } part { v1 need } }');
  await graph.agreed('{ part { other: v1 need } }');
});

test.each([
  '{ thing { ... on Part { need } } }',
  '{ thing { ... on Sheet { v1 } ... on Part { need } } }',
  '{ things { ... on Sheet { v1 } ... on Part { need v1 } } }',
])('a need that is asked of another type at the same place: %s', async (query) => {
  const thing = { __typename: 'Part', ...part };
  const things = [thing, { __typename: 'Sheet', v1: 'of the sheet' }];
  const graph = await federate({
    subgraphs: [
      honest(
        'a',
        `${LINK}
        type Query { thing: Thing things: [Thing] }
        union Thing = Part | Sheet
        type Sheet { v1: String }
        type Part @key(fields: "k1") { k1: ID! v1: String }`,
        { Query: { thing: () => thing, things: () => things }, Part: { __resolveReference: find } },
      ),
      ...OTHERS,
    ],
    truth: { thing, things },
  });
  await graph.agreed(query);
});

test.each([
  '{ part { need ... @defer { again: need } } }',
  '{ part { need } ... @defer { part { again: need } } }',
  '{ part { k1 ... @defer { need ... @defer { again: need } } } }',
  '{ part { k1 ... @defer { need } ... @defer(label: "b") { again: need v1 } } }',
])('a need of a deferred part: %s', async (query) => {
  const graph = await federate({
    subgraphs: [
      subgraph(
        'a',
        'type Query { part: Part parts: [Part] } type Part @key(fields: "k1") { k1: ID! v1: String }',
      ),
      ...OTHERS,
    ],
    truth: { part, parts: [part, part] },
  });
  for (const format of INCREMENTAL_FORMATS) {
    const payloads = await graph.inParts(query, {}, format);
    expect(payloads.length).toBeGreaterThan(1);
    const whole = await graph.monolith(query.replaceAll(/@defer(\(.*?\))?/g, ''));
    expect(mergeParts(payloads)).toEqual({ data: whole.data, errors: [] });
  }
});

test('a need that needs something of the subgraph that needs it', async () => {
  const graph = await federate({
    subgraphs: [
      subgraph(
        'a',
        `type Part @key(fields: "k1") @key(fields: "k2") {
          k1: ID!  k2: ID  v2: String @external  first: String @requires(fields: "v2")
        }`,
        {
          __resolveReference: ({ v2 }: Sent) => ({ ...part, v2 }),
          first: ({ v2 }: Sent) => `first of ${v2}`,
        },
      ),
      subgraph('b', 'type Part @key(fields: "k1") @key(fields: "k3") { k1: ID!  k3: ID }'),
      subgraph(
        'c',
        `type Part @key(fields: "k2") {
          k2: ID  v2: String  first: String @external  second: String @requires(fields: "first")
        }`,
        {
          __resolveReference: ({ first }: Sent) => ({ ...part, first }),
          second: ({ first }: Sent) => `second of ${first}`,
        },
      ),
      subgraph(
        'd',
        'type Query { part: Part  parts: [Part] } type Part @key(fields: "k3") { k3: ID  v1: String }',
      ),
    ],
    truth: { part, parts: [part, part] },
  });
  await graph.agreed('{ part { second } }');
  await graph.agreed('{ part { v2 second first } parts { second v1 } }');
  await graph.agreed('{ parts { v1 v2 second k2 } }');
});

test('a need of a deferred part that stands behind a hop', async () => {
  const graph = await federate({
    subgraphs: [
      subgraph(
        'a',
        'type Query { part: Part parts: [Part] } type Part @key(fields: "k1") { k1: ID! v1: String }',
      ),
      subgraph(
        'b',
        `type Part @key(fields: "k1") {
          k1: ID!  v1: String @external  peers: [Part]  need: String @requires(fields: "v1")
        }`,
        {
          __resolveReference: asSent,
          peers: () => [{ k1: '1' }],
          need: ({ v1 }: Sent) => `need of ${v1}`,
        },
      ),
    ],
  });
  for (const format of INCREMENTAL_FORMATS) {
    const payloads = await graph.inParts('{ part { v1 ... @defer { peers { need } } } }', {}, format);
    expect(payloads.length).toBeGreaterThan(1);
    expect(mergeParts(payloads)).toEqual({
      data: { part: { v1: 'one', peers: [{ need: 'need of one' }] } },
      errors: [],
    });
  }
});
