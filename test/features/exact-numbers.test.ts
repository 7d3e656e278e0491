/**
 * Numbers with more digits than a double holds, as systems with 64-bit ids write them: they arrive digit by digit, in
 * answers, in variables, and in the keys by which one system is asked for what another one knows.
 */

import { behaving, honest, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS } from '../kit/transports.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

/** Answers the same text, whatever it is asked. */
function answering(name: string, sdl: string, text: string): FakeSubgraph {
  return behaving(honest(name, `${LINK} scalar Long scalar Decimal ${sdl}`, {}), (_answer, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(text),
  );
}

const PARCEL = '{"__typename":"Parcel","id":9007199254740993,"weight":1.25,"worth":12345678901234.56789}';

const parcels = answering(
  'parcels',
  `type Parcel @key(fields: "id") { id: Long! weight: Float worth: Decimal }
  type Query { parcels: [Parcel] odd: Odd }
  type Odd { plain: Float id: ID own: Decimal int: Int text: String any: Decimal odd: Odd }`,
  `{"data":{"parcels":[${PARCEL}],"odd":{"plain":0.1234567890123456789,"id":12345678901234567890,` +
    '"own":-0.10000000000000000001,"int":12345678901234567890,"text":12345678901234567890,"any":1e999,"odd":12345678901234567890}}}',
);

const tracks = answering(
  'tracks',
  'type Parcel @key(fields: "id") { id: Long! place: String }',
  '{"data":{"_entities":[{"place":"Basel"}]}}',
);

const echoes = answering(
  'echoes',
  'type Query { echo(of: Long, in: In): Long } input In { of: Long id: ID float: Float }',
  '{"data":{"echo":1}}',
);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [parcels, tracks, echoes],
    config: { batching: { enabled: true, maxOperations: 3 } },
  });
});

afterAll(async () => gateway.stop());

async function textOf(body: string, headers: Record<string, string> = {}): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  return (await (await fetch(`${gateway.url}/graphql`, init)).text()).trim();
}

const bodyOf = (query: string) => JSON.stringify({ query });

/** What the subgraph was sent last. */
const sentTo = (name: string) => gateway.subgraphs.get(name)?.received.at(-1)?.rawBody;

test.each(['the first time', 'again'])('an answer has every digit, %s', async () => {
  expect(await textOf(bodyOf('{ parcels { id weight worth } }'))).toBe(
    '{"data":{"parcels":[{"id":9007199254740993,"weight":1.25,"worth":12345678901234.56789}]}}',
  );
});

test.each([
  ['Float', '0.1234567890123456789'],
  ['ID', '12345678901234567890'],
])('introspection is answered beside a %s of many digits', async (type, digits) => {
  const query =
    'query ($in: In) { ...Echo __schema { queryType { ...Name } } } fragment Echo on Query { echo(in: $in) } fragment Name on __Type { name }';
  const input = type === 'ID' ? `{"id":${digits}}` : `{"float":${digits}}`;
  const text = `{"query":${JSON.stringify(query)},"variables":{"in":${input}}}`;
  for (let time = 0; time < 3; time += 1)
    expect(await textOf(text)).toBe('{"data":{"echo":1,"__schema":{"queryType":{"name":"Query"}}}}');
});

test('a system is asked by the key that another one gave', async () => {
  expect(await textOf(bodyOf('{ parcels { id place } }'))).toBe(
    '{"data":{"parcels":[{"id":9007199254740993,"place":"Basel"}]}}',
  );
  expect(sentTo('tracks')).toContain('[{"__typename":"Parcel","id":9007199254740993}]');
});

test('GraphQL’s own scalars hold what the specification says', async () => {
  const answer = JSON.parse(await textOf(bodyOf('{ odd { plain id own int text odd { plain } } }')));
  expect(answer.data.odd).toEqual({
    plain: 0.12345678901234568,
    id: '12345678901234567890',
    own: expect.anything(),
    int: null,
    text: null,
    odd: null,
  });
  expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['odd', 'int'],
    ['odd', 'text'],
    ['odd', 'odd'],
  ]);
  const beside = JSON.parse(await textOf(bodyOf('{ odd { own int } }')));
  expect(beside).toMatchObject({ data: { odd: { int: null } }, errors: [{ path: ['odd', 'int'] }] });
  expect(await textOf(bodyOf('{ odd { own any } }'))).toBe(
    '{"data":{"odd":{"own":-0.10000000000000000001,"any":1e999}}}',
  );
});

const QUERY = 'query ($of: Long, $in: In) { echo(of: $of, in: $in) }';
const VARIABLES =
  '{"of":12345678901234567890,"in":{"of":9007199254740993,"id":9007199254740995,"float":0.1234567890123456789}}';
const OPERATION = `{"query":${JSON.stringify(QUERY)},"variables":${VARIABLES}}`;

test.each(['the first time', 'again'])('variables arrive as they were sent, %s', async () => {
  expect(await textOf(OPERATION)).toBe('{"data":{"echo":1}}');
  expect(sentTo('echoes')).toContain(`"variables":${VARIABLES}`);
});

test.each(['1e-400', '1e400'])('so does a number whose exponent no double holds: %s', async (number) => {
  const variables = `{"of":${number}}`;
  expect(await textOf(`{"query":${JSON.stringify(QUERY)},"variables":${variables}}`)).toBe(
    '{"data":{"echo":1}}',
  );
  expect(sentTo('echoes')).toContain(`"variables":${variables}`);
});

test('so do those of several operations in one request', async () => {
  expect(await textOf(`[${bodyOf('{ parcels { id } }')},${OPERATION}]`)).toContain('"echo":1');
  expect(sentTo('echoes')).toContain(`"variables":${VARIABLES}`);
});

const others = Object.entries(ASKS).filter(([name]) => !name.startsWith('http'));

test.each(others)('so do those that come over %s', async (_name, ask) => {
  // Reason for the cast: TypeScript does not know the function yet.
  const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
  const variables = { of: rawJSON('12345678901234567890') };
  expect(await ask(gateway.url, { query: QUERY, variables })).toEqual({ data: { echo: 1 } });
  expect(sentTo('echoes')).toContain('"variables":{"of":12345678901234567890}');
});

test('so do those beside values that are written into the text, which come as variables too', async () => {
  for (const id of ['a', 'b', 'c', 'd']) {
    const query = `query ($of: Long) { echo(of: $of, in: { id: "${id}" }) }`;
    await textOf(`{"query":${JSON.stringify(query)},"variables":{"of":12345678901234567890}}`);
    expect(sentTo('echoes')).toContain('"of":12345678901234567890');
  }
  expect(sentTo('echoes')).toContain('$literal');
});

test('so do those of an answer in parts', async () => {
  const parts = await textOf(bodyOf('{ parcels { ... @defer { id place } } }'), {
    accept: 'multipart/mixed;deferSpec=20220824',
  });
  expect(parts).toContain('"id":9007199254740993');
  expect(sentTo('tracks')).toContain('"id":9007199254740993');
});

test('so does what stands in the operation itself', async () => {
  expect(await textOf(bodyOf('{ echo(of: 12345678901234567890, in: { of: -9007199254740993 }) }'))).toBe(
    '{"data":{"echo":1}}',
  );
  expect(sentTo('echoes')).toMatch(/of:12345678901234567890.*of:-9007199254740993/);
  expect(await textOf(bodyOf('{ echo(of: 1e-400) }'))).toBe('{"data":{"echo":1}}');
  expect(sentTo('echoes')).toContain('of:1e-400');
});

test('an address that would lose digits is refused', async () => {
  const search = new URLSearchParams({ query: QUERY, variables: VARIABLES });
  const { status, body } = await gateway.send(`/graphql?${search.toString()}`, { method: 'GET' });
  expect([status, body]).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'BAD_REQUEST', argument: 'variables' } }] },
  ]);
});
