/**
 * Inputs of which exactly one field is given (`@oneOf`), in a supergraph that defines the directive and in one whose
 * composer leaves that to GraphQL.
 */

import { readFileSync } from 'node:fs';

import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
const QUERY = 'query($by: By!) { found(by: $by) }';

let gateway: TestGateway;

async function start(engine: string, definition: string): Promise<void> {
  const search = honest(
    'search',
    `${LINK} type Query { found(by: By!): String  foundAll(by: [By!]): String } input By { id: ID  name: String }`,
    {
      Query: {
        found: (_: unknown, { by }: { by: object }) => Object.keys(by).join(),
        foundAll: () => 'all',
      },
    },
  );
  process.env['TRIBUTARY_TEST_ENGINE'] = engine;
  gateway = await startGateway({ subgraphs: [search] });
  delete process.env['TRIBUTARY_TEST_ENGINE'];
  const plain = readFileSync(gateway.supergraphFile, 'utf8');
  await gateway.replace(`${plain.replace('input By\n', 'input By @oneOf\n')}\n${definition}`);
}

afterEach(() => gateway.stop());

const DEFINITION = 'directive @oneOf on INPUT_OBJECT';

test.each([
  ['compiled', 'defines', DEFINITION],
  ['compiled', 'does not define', ''],
  ['apollo', 'does not define', ''],
])('on the engine %s a supergraph that %s @oneOf has it obeyed', async (engine, _how, definition) => {
  await start(engine, definition);
  expect(await gateway.ask(QUERY, { variables: { by: { name: 'Ada' } } })).toEqual({
    data: { found: 'name' },
  });
  expect(await gateway.ask(QUERY, { variables: { by: { id: '1', name: 'Ada' } } })).toEqual({
    errors: [
      {
        message:
          'Variable "$by" got invalid value { id: "1", name: "Ada" }; Exactly one key must be specified for OneOf type "By".',
        locations: expect.any(Array),
        extensions: { code: 'BAD_USER_INPUT', retryable: false, requestId: expect.any(String) },
      },
    ],
  });
  expect(await gateway.ask('{ found(by: { id: 1, name: "Ada" }) }')).toMatchObject({
    errors: [{ message: 'OneOf Input Object "By" must specify exactly one key.' }],
  });
});

test('clients are told', async () => {
  await start('compiled', '');
  expect(await gateway.ask('{ __type(name: "By") { isOneOf } }')).toEqual({
    data: { __type: { isOneOf: true } },
  });
});

test.each([
  ['where the input must be given', 'query ($name: String) { found(by: { name: $name }) }'],
  ['in a list', 'query ($name: String) { foundAll(by: [{ name: $name }]) }'],
])('a variable that may be null is the client’s mistake %s', async (_where, query) => {
  await start('compiled', '');
  expect(await gateway.ask(query, { variables: { name: 'Ada' } })).toMatchObject({
    errors: [
      {
        message: 'Variable "$name" must be of a type that cannot be null, as the only field of "By".',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ],
  });
  const safe = query.replace('String', 'String!');
  expect(await gateway.ask(safe, { variables: { name: 'Ada' } })).not.toHaveProperty('errors');
});
