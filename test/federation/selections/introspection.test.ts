/**
 * The schema is described as graphql-js describes it, with every option that clients of today ask for.
 */

import { getIntrospectionQuery } from 'graphql';

import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

let graph: Federation;

beforeAll(async () => {
  const only = honest(
    'only',
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
    "A day" scalar Day @specifiedBy(url: "https://days.test")
    input Range { from: Int = 1  until: Int @deprecated(reason: "use to")  to: Int }
    enum Kind { NEW OLD @deprecated(reason: "gone") }
    interface Named { name: String }
    type Thing implements Named @key(fields: "id") { id: ID!  name: String  old: Day @deprecated }
    type Query { things(range: Range = { from: 2 }, kind: Kind = NEW, was: Int @deprecated(reason: "no")): [Thing!] }`,
    { Query: { things: () => [{ id: '1', name: 'One' }] } },
  );
  graph = await federate({ subgraphs: [only], truth: { things: [{ id: '1', name: 'One' }] } });
});

test('the whole introspection query with every option', async () => {
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  graph.takeAsked();
  const { data, errors } = await graph.agreed(query);
  expect([errors, graph.takeAsked()]).toEqual([[], []]);
  expect(data).toMatchObject({ __schema: { queryType: { name: 'Query' }, mutationType: null } });
});

test('details that clients ask for one by one', async () => {
  const query = `query ($all: Boolean = true, $name: String!) {
    day: __type(name: "Day") { specifiedByURL description }
    range: __type(name: $name) { isOneOf inputFields(includeDeprecated: $all) { name deprecationReason defaultValue } }
    kind: __type(name: "Kind") { all: enumValues(includeDeprecated: true) { name } enumValues { name } }
    none: __type(name: "Nobody") { name }
  }`;
  expect((await graph.agreed(query, { name: 'Range' })).data).toEqual({
    day: { specifiedByURL: 'https://days.test', description: 'A day' },
    range: {
      isOneOf: false,
      inputFields: [
        { name: 'from', deprecationReason: null, defaultValue: '1' },
        { name: 'until', deprecationReason: 'use to', defaultValue: null },
        { name: 'to', deprecationReason: null, defaultValue: null },
      ],
    },
    kind: { all: [{ name: 'NEW' }, { name: 'OLD' }], enumValues: [{ name: 'NEW' }] },
    none: null,
  });
});

test('beside data, in fragments, under conditions and under names of other fields', async () => {
  const query = `query ($no: Boolean = false) {
    things { name __typename } ...Meta ... @include(if: $no) { hidden: __schema { description } } id: __type(name: "Day") { __typename: name name: kind }
  } fragment Meta on Query { __schema { queryType { ...T } } } fragment T on __Type { id: name name }`;
  expect((await graph.agreed(query)).text).toBe(
    '{"things":[{"name":"One","__typename":"Thing"}],"__schema":{"queryType":{"id":"Query","name":"Query"}},"id":{"__typename":"Day","name":"SCALAR"}}',
  );
});

const searching = (declaration: string) =>
  honest(
    'searching',
    `${declaration} input Search @oneOf { id: ID  name: String }  type Query { find(by: Search!): String }`,
    { Query: { find: (_root: unknown, { by }: { by: object }) => JSON.stringify(by) } },
  );

// Apollo's composition knows no @oneOf: on the day it does, these two tests say so.
test('an input object of which one field alone may be given is refused by composition', async () => {
  await expect(federate({ subgraphs: [searching('')] })).rejects.toThrow('Unknown directive "@oneOf"');
});

test('where a subgraph defines @oneOf itself, clients see any other input, and the subgraph holds them to it', async () => {
  const { compiled } = await federate({ subgraphs: [searching('directive @oneOf on INPUT_OBJECT')] });
  const one = await compiled('{ __type(name: "Search") { isOneOf } find(by: { id: "1" }) }');
  expect([one.data, one.errors]).toEqual([{ __type: { isOneOf: false }, find: '{"id":"1"}' }, []]);
  const both = await compiled('{ find(by: { id: "1", name: "a" }) }');
  expect([both.data, both.errors]).toEqual([{ find: null }, [{ path: ['find'], code: 'SUBGRAPH_FAILED' }]]);
});
