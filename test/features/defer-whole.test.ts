/**
 * `@defer` for clients that take no answer in parts, and where it may not stand: the answer is the one without the
 * directive, byte by byte.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { askInParts, V0_2 } from '../kit/ask-in-parts.ts';
import { requestError } from '../kit/expected-error.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
});
afterAll(() => gateway?.stop());

const PLAIN =
  '{ customer(id: "1") { ... { orders { id } ...F } name } } fragment F on Customer { rating email }';
const DEFERRED =
  '{ customer(id: "1") { ... @defer { orders { id } ...F @defer(label: "f") } name } } fragment F on Customer { rating email }';

test.each([
  ['no Accept header at all', undefined],
  ['JSON alone', 'application/json'],
  ['a format that nobody knows', 'multipart/mixed;incrementalSpec=v9, application/json'],
  ['a format that the client refuses', 'multipart/mixed;incrementalSpec=v0.2;q=0, application/json'],
])('%s: the answer comes whole, as if nothing were deferred', async (_what, accept) => {
  for (const time of ['first', 'again']) {
    const [plain, deferred] = [await textOf(PLAIN, accept), await textOf(DEFERRED, accept)];
    expect({ time, ...deferred }).toEqual({ time, ...plain });
  }
});

test('a GET is answered whole too', async () => {
  const { body } = await gateway.send(`/graphql?query=${encodeURIComponent(DEFERRED)}`, {
    headers: { 'content-type': 'application/json' },
  });
  expect(body).toEqual(await gateway.ask(PLAIN));
});

test.each([
  [
    'on the root of a mutation',
    'mutation { ... @defer { renameCustomer(id: "1", name: "A") { id } } }',
    '@defer cannot be used on the mutation root type "Mutation".',
    1,
  ],
  [
    'on the root of a mutation by a named fragment',
    'mutation { ...F @defer } fragment F on Mutation { renameCustomer(id: "1", name: "A") { id } }',
    '@defer cannot be used on the mutation root type "Mutation".',
    1,
  ],
  [
    'on the root of a mutation inside another fragment, even switched off',
    'mutation { ... on Mutation { ... on Mutation @defer(if: false) { renameCustomer(id: "1", name: "A") { id } } } }',
    '@defer cannot be used on the mutation root type "Mutation".',
    1,
  ],
  [
    'with a label that stands there twice',
    '{ a: customer(id: "1") { ... @defer(label: "x") { id } } b: customer(id: "2") { ... @defer(label: "x") { id } } }',
    'The label "x" of @defer must be unique.',
    2,
  ],
  [
    'with a label that is a variable',
    'query ($label: String) { customer(id: "1") { ... @defer(label: $label) { id } } }',
    'The label of @defer must be a string that stands in the document.',
    1,
  ],
  ['on a field', '{ customer(id: "1") { id @defer } }', 'Directive "@defer" may not be used on FIELD.', 1],
])('%s it is refused, before anything is fetched', async (_where, query, message, places) => {
  const answer = await askInParts(gateway.url, { query, accept: V0_2 });
  expect([answer.status, await answer.rest()]).toEqual([
    400,
    [
      {
        errors: [
          {
            ...requestError('GRAPHQL_VALIDATION_FAILED', {}, message),
            locations: Array.from({ length: places }, () => expect.objectContaining({ line: 1 })),
          },
        ],
      },
    ],
  ]);
});

async function textOf(query: string, accept: string | undefined) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'deferred-whole',
      ...(accept === undefined ? {} : { accept }),
    },
    body: JSON.stringify({ query }),
  });
  const { status, headers } = response;
  return { status, contentType: headers.get('content-type'), text: await response.text() };
}
