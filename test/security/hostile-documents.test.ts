/**
 * Operations that are small to send and costly to answer: each is refused with the limit that it breaks, before
 * any system is asked. How long each verdict took is printed; it is no assertion, because machines differ.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { requestError } from '../kit/expected-error.ts';
import { HOSTILE_DOCUMENTS } from '../kit/hostile-documents.ts';
import { crm } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
const verdicts: string[] = [];

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm], config: { batching: { enabled: true } } });
  // The first request of a process makes connections and compiles; that is no verdict.
  await gateway.send('/graphql', postOf('{ nothing }'));
});

afterAll(async () => {
  console.log(['verdict in ms, limit, value, maximum, what was sent', ...verdicts].join('\n'));
  await gateway.stop();
});

interface Refusal {
  readonly errors: readonly {
    readonly extensions: { readonly details: Readonly<Record<string, unknown>> };
  }[];
}

test.each(HOSTILE_DOCUMENTS)('$what: $limit', async ({ what, text, limit }) => {
  const startedAt = performance.now();
  const { status, body } = await gateway.send('/graphql', postOf(text));
  const durationMs = performance.now() - startedAt;
  // Reason for the cast: what it must be is compared as a whole below.
  const [refusal] = (body as Refusal).errors;
  const { value, maximum } = refusal!.extensions.details;
  note(durationMs, [limit, value, maximum, what]);
  expect(body).toEqual({ errors: [requestError('LIMIT_EXCEEDED', { details: { limit, value, maximum } })] });
  expect(status).toBe(400);
  expect(Number(value)).toBeGreaterThan(Number(maximum));
  expect(gateway.subgraphs.get('crm')!.received).toEqual([]);
});

function note(durationMs: number, facts: readonly unknown[]): void {
  verdicts.push([Math.round(durationMs), ...facts].join('\t'));
}

const equal = (count: number) => 'name '.repeat(count);
const fragments = (count: number, inner: string) =>
  Array.from({ length: count }, (_, index) => `fragment F${index} on Customer { ${inner} }`).join(' ');
const spreads = (count: number) => Array.from({ length: count }, (_, index) => `...F${index}`).join(' ');

test.each([
  ['600 equal fields', `{ customer(id: "1") { ${equal(600)} } }`],
  [
    '300 fragments side by side, as Relay writes them',
    `{ customer(id: "1") { ${spreads(300)} } } ${fragments(300, 'name')}`,
  ],
  [
    '20 objects of 20 equal fields',
    `{ ${Array.from({ length: 20 }, () => `customer(id: "1") { ${equal(20)} }`).join(' ')} }`,
  ],
])('just within the limits is answered: %s', async (what, text) => {
  const startedAt = performance.now();
  const { status, body } = await gateway.send('/graphql', postOf(text));
  note(performance.now() - startedAt, ['answered', '', '', what]);
  expect(body).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  expect(status).toBe(200);
});

test('a fragment that is used in many ways is looked at once, even where the limit lets it be many fields', async () => {
  const lenient = await startGateway({ subgraphs: [crm], config: { limits: { maxFields: 1_000_000 } } });
  const doubling = Array.from({ length: 15 }, (_, index) => {
    const next = `...F${index + 1}`;
    return `fragment F${index} on Customer { ${next} ${next} }`;
  });
  const text = `{ customer(id: "1") { ...F0 } } ${doubling.join(' ')} fragment F15 on Customer { name }`;
  try {
    const startedAt = performance.now();
    expect(await lenient.ask(text)).toEqual({ data: { customer: { name: 'Ada Byron' } } });
    const durationMs = performance.now() - startedAt;
    note(durationMs, ['answered', '', '', '32,768 fields that are one']);
    // As many steps as pairs of them would take longer on any machine.
    expect(durationMs).toBeLessThan(3_000);
  } finally {
    await lenient.stop();
  }
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each([
  ['maxVariableDepth', 21, 20, { id: '1', unused: deep(5_000) }],
  ['maxVariableValues', 30_002, 20_000, { id: '1', unused: Array.from({ length: 30_000 }, () => 0) }],
])('variables are held to %s, on the long way and on the short', async (limit, value, maximum, variables) => {
  const query = 'query Held($id: ID!) { customer(id: $id) { name } }';
  const refused = { errors: [requestError('LIMIT_EXCEEDED', { details: { limit, value, maximum } })] };
  const startedAt = performance.now();
  expect(await gateway.ask(query, { variables })).toEqual(refused);
  note(performance.now() - startedAt, [limit, value, maximum, 'variables']);
  expect(await gateway.ask(query, { variables: { id: '1' } })).toHaveProperty('data');
  expect(await gateway.ask(query, { variables })).toEqual(refused);
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const url = `/graphql?${search.toString()}`;
  if (url.length < LONGEST_URL)
    expect((await gateway.send(url, { headers: { 'content-type': 'application/json' } })).body).toEqual(
      refused,
    );
});

/** Node's own limit for the head of a request. */
const LONGEST_URL = 16_000;

test('an answer that is larger than allowed is refused whole, with its size', async () => {
  const small = await startGateway({ subgraphs: [crm], config: { limits: { maxAnswerBytes: 20 } } });
  const query = '{ customer(id: "1") { name } }';
  const refused = {
    errors: [
      requestError('LIMIT_EXCEEDED', {
        details: { limit: 'maxAnswerBytes', value: expect.any(Number), maximum: 20 },
      }),
    ],
  };
  try {
    expect(await small.ask(query)).toEqual(refused);
    expect(await small.ask(query)).toEqual(refused);
  } finally {
    await small.stop();
  }
});

const many = (count: number, one: string) => Array.from({ length: count }, () => ({ query: one }));

test.each([
  ['batching.maxOperations', 100, 10, 'a list of 100 operations', many(100, '{ __typename }')],
  [
    'maxTokens',
    12_024,
    10_000,
    'a list of 2 operations with 6,000 items in an argument',
    many(2, `{ customer(id: [${'1 '.repeat(6_000)}]) { name } }`),
  ],
  [
    'maxRootFields',
    80,
    50,
    'a list of 2 operations with 40 fields at the root',
    many(2, `{ ${'customer(id: "1") { name } '.repeat(40)} }`),
  ],
  [
    'maxFieldPairs',
    239_400,
    200_000,
    'a list of 3 operations with 400 equal fields',
    many(3, `{ customer(id: "1") { ${equal(400)} } }`),
  ],
  [
    'maxNameLength',
    900_000,
    200,
    'an operation with a name of 900,000 characters',
    { query: `query ${'x'.repeat(900_000)} { __typename }` },
  ],
  ['server.maxBodyBytes', 2_000_012, 1_048_576, 'a body of two megabytes', { query: 'x'.repeat(2_000_000) }],
])('what else is too large: %s', async (...given) => {
  const [limit, value, maximum, what, request] = given;
  const init = { ...postOf(''), body: JSON.stringify(request) };
  const startedAt = performance.now();
  const { status, body } = await gateway.send('/graphql', init);
  note(performance.now() - startedAt, [limit, value, maximum, what]);
  const code = limit.startsWith('server') ? 'PAYLOAD_TOO_LARGE' : 'LIMIT_EXCEEDED';
  expect(body).toEqual({ errors: [requestError(code, { details: { limit, value, maximum } })] });
  expect(status).toBe(ERRORS[code].status);
});
