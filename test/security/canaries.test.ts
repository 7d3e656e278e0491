/**
 * Nothing of what is secret gets into a log line, a metric or a span, at the most talkative level, whatever fails:
 * each place where a secret can stand holds a canary, and then all that operators can see is searched for it.
 */

import { behaving, honest, lying, reset, sendJson } from '../kit/fake-subgraph.ts';
import { startCollector, type FakeCollector } from '../kit/fake-collector.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const CANARY = 'c4n4ry';
const HEADERS = {
  cookie: `session=${CANARY}`,
  'x-api-key': CANARY,
  'idempotency-key': `${CANARY}-key`,
  'x-forwarded-for': CANARY,
  'user-agent': CANARY,
  origin: `https://${CANARY}.example`,
};

let issuer: TokenIssuer;
let collector: FakeCollector;
let token: string;

beforeAll(async () => {
  process.env['TRIBUTARY_TEST_SECRET'] = CANARY;
  issuer = await createTokenIssuer();
  token = await issuer.token({ sub: CANARY, customer_id: CANARY, jti: CANARY });
  collector = await startCollector();
});

afterAll(async () => {
  delete process.env['TRIBUTARY_TEST_SECRET'];
  issuer.stop();
  await collector.stop();
});

/** A CRM whose data and whose errors are secrets. */
const secretive = honest(
  'crm',
  crm.sdl.replace('type Mutation {', 'type Mutation { spoil(note: String!): Customer'),
  {
    Query: {
      customer: () => ({ id: '1', name: CANARY, email: `${CANARY}@example.test` }),
      customers: () => ({ nodes: [{ id: CANARY, name: CANARY }] }),
      crash: () => {
        throw new Error(`insert of '${CANARY}' failed for row (${CANARY})`);
      },
    },
    Mutation: {
      spoil: () => {
        throw new Error(`key (${CANARY}) exists`);
      },
    },
  },
);

async function startTraced(subgraphs: GatewaySetup['subgraphs']): Promise<TestGateway> {
  return startGateway({
    subgraphs,
    config: {
      log: { level: 'trace' },
      identity: { issuers: [issuer.config] },
      traces: { endpoint: collector.endpoint, exportEveryMs: 10, headers: { 'x-collector-key': CANARY } },
      subgraphs: { defaults: { retries: { max: 1 } } },
    },
  });
}

/** Where it stands, with what stands around it. */
function canariesIn(seen: string): readonly string[] {
  return seen.match(/.{0,80}c4n4ry.{0,20}/g) ?? [];
}

/** All that operators could see of it in the end. */
async function seenOf(gateway: TestGateway): Promise<string> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  await gateway.stop();
  return `${JSON.stringify(gateway.logged())}\n${page}\n${collector.received()}`;
}

const ask = (gateway: TestGateway, query: string, asking: Parameters<typeof postOf>[1] = {}) =>
  gateway.send('/graphql', postOf(query, { token, headers: HEADERS, ...asking }));

const LITERAL = `query Find { customer(id: "${CANARY}") { name email } }`;

test('what is asked and answered is seen nowhere', async () => {
  const gateway = await startTraced([secretive, accounting, shop]);
  await ask(gateway, LITERAL);
  await ask(gateway, LITERAL);
  await ask(gateway, 'query By($id: ID!) { customer(id: $id) { name } }', { variables: { id: CANARY } });
  await gateway.send(`/graphql?query=${encodeURIComponent(LITERAL)}&token=${CANARY}`, { headers: HEADERS });
  const seen = await seenOf(gateway);
  expect(seen).toContain('request ended');
  expect(seen).toContain('tributary.operation.hash');
  expect(canariesIn(seen)).toEqual([]);
});

test('nor when what is asked is wrong in any way', async () => {
  const gateway = await startTraced([secretive, accounting, shop]);
  await ask(gateway, `{ customer(id: "${CANARY}"`);
  await ask(gateway, `{ customer(id: ["${CANARY}"], ${CANARY}: 1) { ${CANARY} } }`);
  await ask(gateway, 'query ($id: ID!) { customer(id: $id) { name } }', { variables: { id: { a: CANARY } } });
  await ask(gateway, 'query ($id: ID!) { customer(id: $id) { name } }', { variables: { [CANARY]: CANARY } });
  await ask(gateway, LITERAL, { token: `${CANARY}.${CANARY}.${CANARY}` });
  await ask(gateway, LITERAL, { token: `${token}${CANARY}` });
  await ask(gateway, LITERAL, { headers: { ...HEADERS, 'idempotency-key': `${CANARY} ${CANARY}"` } });
  await ask(gateway, LITERAL, { headers: { ...HEADERS, 'content-type': `text/${CANARY}` } });
  await ask(gateway, LITERAL, { headers: { ...HEADERS, traceparent: CANARY, tracestate: CANARY } });
  await gateway.send('/graphql', { method: 'POST', headers: JSON_HEADERS, body: `{"query": ${CANARY}` });
  await gateway.send(`/${CANARY}?secret=${CANARY}`, { headers: HEADERS });
  await gateway.send(`/graphql?query=${CANARY}&variables=${CANARY}`, { headers: HEADERS });
  const seen = await seenOf(gateway);
  expect(seen).toContain('GRAPHQL_VALIDATION_FAILED');
  expect(seen).toContain('token refused');
  expect(canariesIn(seen)).toEqual([]);
});

const JSON_HEADERS = { 'content-type': 'application/json', ...HEADERS };

test.each([
  ['reports errors', secretive],
  ['resets connections', behaving(secretive, reset)],
  ['answers HTTP 500', lying(secretive, 'HTTP 500')],
  [
    'answers what is no JSON',
    behaving(secretive, (_answer, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data": ${CANARY}`),
    ),
  ],
  [
    'answers another shape',
    behaving(secretive, (_answer, response) =>
      sendJson(response, { data: { customer: CANARY, crash: { [CANARY]: CANARY } } }),
    ),
  ],
  [
    'lies about its errors',
    behaving(secretive, (_answer, response) =>
      sendJson(response, {
        errors: [
          { message: CANARY, path: [CANARY], extensions: { code: CANARY, subgraph: CANARY, reason: CANARY } },
        ],
      }),
    ),
  ],
])('nor when a subgraph %s', async (_what, subgraph) => {
  const gateway = await startTraced([subgraph, accounting, shop]);
  await ask(gateway, LITERAL);
  await ask(gateway, '{ crash customer(id: "1") { name } }');
  await ask(gateway, `mutation { spoil(note: "${CANARY}") { name } }`);
  const seen = await seenOf(gateway);
  expect(seen).toMatch(/SUBGRAPH_|INTERNAL/);
  expect(canariesIn(seen)).toEqual([]);
});

test('nor when spans are refused at an address with a password', async () => {
  const strict = await startCollector();
  strict.answerWith(400);
  const gateway = await startGateway({
    subgraphs: [secretive, accounting, shop],
    config: {
      log: { level: 'trace' },
      traces: { endpoint: strict.endpoint.replace('//', `//user:${CANARY}@`), exportEveryMs: 10 },
    },
  });
  await ask(gateway, LITERAL);
  const seen = await seenOf(gateway);
  await strict.stop();
  expect(seen).toContain('spans cannot be exported');
  expect(canariesIn(seen)).toEqual([]);
});

test('a name cannot forge a line, a label or a screen', async () => {
  const gateway = await startTraced([crm, accounting, shop]);
  const forged = '\u001b[2Jx","level":"fatal","msg":"forged';
  const name = `N${'a'.repeat(150)}`;
  await ask(gateway, `query ${name} { customer(id: "1") { name } }`, {
    headers: {
      'apollographql-client-name': forged.replace('\u001b', '\t'),
      'graphql-client-version': `1.0"} 1 ${'9'.repeat(300)}`,
      'x-request-id': 'nobody"}{"level":"fatal"}',
    },
  });
  await ask(gateway, `query Who { customer(id: "1") { name } }`, {
    headers: { 'apollographql-client-name': 'web\tforged{client="x"} 1' },
  });
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  await gateway.stop();
  const lines = gateway.logged();
  expect(lines.filter(({ level }) => level === 'fatal')).toEqual([]);
  const [long, short] = lines.filter(({ msg }) => msg === 'request ended');
  expect(long).toMatchObject({
    operationName: name.slice(0, 100),
    clientName: '?2Jx???level?:?fatal???msg?:?forged',
    clientVersion: `1.0?? 1 ${'9'.repeat(56)}`,
    requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(short).toMatchObject({ clientName: 'web?forged?client??x?? 1' });
  for (const line of page.split('\n').filter((each) => each.startsWith('tributary_')))
    expect(line).toMatch(/^tributary_\w+(?:\{(?:\w+="[^"\\\n]*",?)*\})? [\d.e+-]+$/);
});
