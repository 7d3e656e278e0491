/**
 * The planning process: clients see the same schema as if the planner stood beside them, and get the same plans.
 */

import { join } from 'node:path';

import { introspectionFromSchema, parse, type GraphQLSchema } from 'graphql';

import { separateAccess } from '../../../../gateway/access/create-access.ts';
import { createPlanner } from '../../../../gateway/planning/create-planner.ts';
import { startPlanning, type Planning } from '../../../../gateway/planning/start-planning.ts';
import { readSupergraph } from '../../../../gateway/supergraph/read-supergraph.ts';
import { createLogger } from '../../../../gateway/telemetry/create-logger.ts';
import { composed } from '../../../kit/start-gateway.ts';

const log = createLogger({ level: 'fatal' }, { write: () => undefined });
const options = { timeoutMs: 10_000, maxHeapMb: 256 };

const everything = composed([
  {
    name: 'everything',
    url: 'http://everything.test/',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@inaccessible"])
      "Where all begins."
      type Query {
        node(kind: Kind! = LEAF, by: By = { limit: 3 }): Node
        old: Int @deprecated(reason: "It is \\"old\\".")
        hidden: Int @inaccessible
      }
      type Mutation { cut(id: ID!, "How." by: By @deprecated(reason: "No longer.")): Node }
      """
      A place in the tree,
        said in two lines.
      """
      type Node implements Numbered @key(fields: "id") { id: ID!, number: Int, things: [[Thing!]!] }
      interface Numbered { "Counted from one." number: Int }
      enum Kind { "Without children." LEAF BRANCH @deprecated }
      scalar Moment @specifiedBy(url: "https://example.com/moment")
      input By { at: Moment, kinds: [Kind!]! = [LEAF, BRANCH], limit: Int = 7, text: String = "a\\nb" }
      union Thing = Node | Leaf
      type Leaf { colour: String }`,
  },
]);
const { sdl: company } = separateAccess(
  readSupergraph(join(import.meta.dirname, '../../../../schema/supergraph.graphql')),
).supergraph;

let planning: Planning | undefined;

afterEach(() => planning?.stop());

function introspected(schema: GraphQLSchema) {
  return introspectionFromSchema(schema, {
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    oneOf: true,
    schemaDescription: true,
    specifiedByUrl: true,
  });
}

test.each([
  ['of every kind of thing', everything],
  ['of the company', company],
])('the schema %s is the same by introspection as the planner’s own', async (_what, supergraphSdl) => {
  planning = await startPlanning({ supergraphSdl, options, log });
  const own = createPlanner(supergraphSdl).apiSchema;
  expect(introspected(planning.apiSchema)).toEqual(introspected(own));
});

test('the plan from the process is the one that the planner makes', async () => {
  planning = await startPlanning({ supergraphSdl: company, options, log });
  const text =
    'query Both($id: ID!) { customer(id: $id) { id: name receivable { amount } orders(first: 2) { nodes { number } } } }';
  const document = parse(text);
  const { planCharacters, ...planned } = await planning.plan({
    document,
    text,
    operationName: 'Both',
    overrides: [],
  });
  expect(planned).toEqual(createPlanner(company).plan({ document, operationName: 'Both', overrides: [] }));
  expect(planCharacters).toBe(JSON.stringify(planned.plan).length);
});

test('what waits when planning stops is refused, and so is what comes later', async () => {
  planning = await startPlanning({ supergraphSdl: company, options, log });
  const ask = async (text: string) =>
    planning?.plan({ document: parse(text), text, operationName: undefined, overrides: [] });
  const asked = ['{ __typename }', '{ a: __typename }', '{ b: __typename }'].map(ask);
  const settled = Promise.allSettled(asked);
  await planning.stop();
  const codes = [...(await settled), ...(await Promise.allSettled([ask('{ __typename }')]))];
  expect(codes).toEqual(
    codes.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'NOT_READY' }) })),
  );
});

test('a supergraph of which no schema can be built is refused with the planner’s words', async () => {
  const broken = company.replace(/type Invoice\b/, 'type Invoicex');
  await expect(startPlanning({ supergraphSdl: broken, options, log })).rejects.toThrow('Invoice');
});
