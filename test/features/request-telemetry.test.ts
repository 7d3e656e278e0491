/**
 * What operators see of requests: the line of each one's end, its metrics with a bounded number of names, and that a
 * collector that takes no spans is seen and is nobody's problem.
 */

import { createHash } from 'node:crypto';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { startCollector } from '../kit/fake-collector.ts';
import { down } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer } from '../kit/token-issuer.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const QUERY = 'query Owing($id: ID!) { customer(id: $id) { name receivable { amount } } }';
const asked = { variables: { id: '1' } };

const ends = (gateway: TestGateway) => gateway.logged().filter(({ msg }) => msg === 'request ended');
const pageOf = async (gateway: TestGateway) => (await fetch(`${gateway.url}/metrics`)).text();

/** The samples whose names begin so, without those of buckets. */
function samplesIn(page: string, prefix: string): readonly string[] {
  const isBucket = (line: string) => line.includes('_bucket{') || line.includes('_sum{');
  return page.split('\n').filter((line) => line.startsWith(prefix) && !isBucket(line));
}

test('the line of a request tells who asked what, by which way, and where its time went', async () => {
  const issuer = await createTokenIssuer();
  const log = { subjectKey: 'a key that the test knows' };
  const gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { identity: { issuers: [issuer.config] }, log },
  });
  const headers = { 'apollographql-client-name': 'web', 'apollographql-client-version': '1.2.0 (beta)' };
  const token = await issuer.token();
  for (let times = 0; times < 2; times += 1) await gateway.ask(QUERY, { ...asked, headers, token });
  await gateway.ask(QUERY, { ...asked, headers: { 'graphql-client-name': 'cli' } });
  await gateway.stop();
  issuer.stop();
  const [first, again, anonymous] = ends(gateway);
  const same = {
    operationName: 'Owing',
    operationType: 'query',
    operationHash: createHash('sha256').update(QUERY).digest('hex'),
    clientName: 'web',
    clientVersion: '1.2.0 (beta)',
    cost: expect.any(Number),
    status: 200,
    bytes: expect.any(Number),
    subgraphs: {
      crm: { calls: 1, ms: expect.any(Number) },
      accounting: { calls: 1, ms: expect.any(Number) },
    },
  };
  const ms = expect.any(Number);
  const long = { readMs: ms, parseMs: ms, planMs: ms, executeMs: ms, writeMs: ms };
  expect(first).toMatchObject({ ...same, way: 'long', prepared: false, timings: long });
  const short = { readMs: ms, prepareMs: ms, executeMs: ms, writeMs: ms };
  expect(again).toMatchObject({ ...same, way: 'short', prepared: true });
  expect(again?.['timings']).toEqual(short);
  expect(again?.['subjectHash']).toMatch(/^[\da-f]{32}$/);
  expect(again?.['subjectHash']).toBe(first?.['subjectHash']);
  expect([anonymous?.['clientName'], anonymous?.['subjectHash']]).toEqual(['cli', undefined]);
  expect(JSON.stringify(gateway.logged())).not.toContain('anna');
});

test('an error is told with its owner, in the line and in the metrics', async () => {
  const gateway = await startGateway({ subgraphs: [crm, down(accounting), shop] });
  await gateway.ask(QUERY, asked);
  await gateway.ask('{ nothing }');
  const page = await pageOf(gateway);
  await gateway.stop();
  expect(ends(gateway).map(({ errors }) => errors)).toEqual([
    [{ code: 'SUBGRAPH_UNAVAILABLE', owner: 'accounting', count: 1 }],
    [{ code: 'GRAPHQL_VALIDATION_FAILED', owner: 'client', count: 1 }],
  ]);
  expect(samplesIn(page, 'tributary_errors_total')).toEqual([
    'tributary_errors_total{code="SUBGRAPH_UNAVAILABLE",owner="accounting"} 1',
    'tributary_errors_total{code="GRAPHQL_VALIDATION_FAILED",owner="client"} 1',
  ]);
  expect(samplesIn(page, 'tributary_requests_total')).toEqual([
    'tributary_requests_total{type="query",status="200"} 1',
    'tributary_requests_total{type="none",status="400"} 1',
  ]);
});

test('operations and clients are measured by name, up to a number', async () => {
  const gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { metrics: { maxOperations: 2, clients: ['web'] } },
  });
  for (const name of ['One', 'Two', 'Three', 'Four', 'One'])
    await gateway.ask(`query ${name} { customer(id: "1") { name } }`, {
      headers: { 'graphql-client-name': name === 'Two' ? 'web' : 'a stranger' },
    });
  const page = await pageOf(gateway);
  await gateway.stop();
  expect(samplesIn(page, 'tributary_request_duration_seconds')).toEqual([
    'tributary_request_duration_seconds_count{operation="One",client="other"} 2',
    'tributary_request_duration_seconds_count{operation="Two",client="web"} 1',
    'tributary_request_duration_seconds_count{operation="other",client="other"} 2',
  ]);
  expect(samplesIn(page, 'tributary_prepared_operations')).toEqual([
    'tributary_prepared_operations 4',
    expect.stringMatching(/^tributary_prepared_operations_bytes [1-9]/),
    'tributary_prepared_operations_hits_total 1',
    'tributary_prepared_operations_misses_total 4',
    'tributary_prepared_operations_evictions_total 0',
  ]);
  expect(samplesIn(page, 'tributary_planning')).toEqual([
    expect.stringMatching(/^tributary_planning_duration_seconds_sum 0\.\d+$/),
    'tributary_planning_duration_seconds_count 4',
    'tributary_planning_waiting 0',
    'tributary_planning_refused_total 0',
    'tributary_planning_processes_replaced_total 0',
  ]);
});

test('a histogram adds up: its buckets grow to its count', async () => {
  const gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
  for (let times = 0; times < 3; times += 1) await gateway.ask('query A { customer(id: "1") { name } }');
  const page = await pageOf(gateway);
  await gateway.stop();
  const buckets = [
    ...page.matchAll(
      /^tributary_subgraph_call_duration_seconds_bucket\{subgraph="crm",outcome="answered",le="(?<le>[^"]+)"\} (?<count>\d+)$/gm,
    ),
  ];
  const counts = buckets.map(({ groups }) => Number(groups?.['count']));
  expect(counts).toEqual(counts.toSorted((one, other) => one - other));
  expect([buckets.at(-1)?.groups?.['le'], counts.at(-1)]).toEqual(['+Inf', 3]);
});

test('a collector that takes no spans is told once and counted, and requests do not notice', async () => {
  const collector = await startCollector();
  collector.answerWith(400);
  const gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { traces: { endpoint: collector.endpoint, exportEveryMs: 10, maxQueuedSpans: 5 } },
  });
  const count = async (outcome: string) =>
    Number(
      new RegExp(`tributary_spans_total\\{outcome="${outcome}"\\} (\\d+)`).exec(await pageOf(gateway))?.[1],
    );
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => gateway.ask('query A { customer(id: "1") { name } }')),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"data":{"customer":{"name":"Ada Byron"}}}']),
  );
  expect(await isTrueWithin(async () => (await count('failed')) > 0, PATIENCE_MS)).toBe(true);
  expect(await count('dropped')).toBeGreaterThan(0);
  collector.answerWith(200);
  const isExported = async () => {
    await gateway.ask('query A { customer(id: "1") { name } }');
    return (await count('exported')) > 0;
  };
  expect(await isTrueWithin(isExported, PATIENCE_MS)).toBe(true);
  await gateway.stop();
  await collector.stop();
  const told = gateway.logged().filter(({ msg }) => String(msg).startsWith('spans'));
  expect(told.map(({ level, msg, cause }) => [level, msg, cause])).toEqual([
    ['error', 'spans cannot be exported; requests do not wait for it', '400'],
    ['info', 'spans are exported again', undefined],
  ]);
});

test('a trace that a stranger brings is only linked to', async () => {
  const collector = await startCollector();
  const gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { traces: { endpoint: collector.endpoint, exportEveryMs: 10 } },
  });
  const sent = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' };
  await gateway.send('/graphql', postOf('query A { customer(id: "1") { name } }', { headers: sent }));
  await gateway.stop();
  await collector.stop();
  const [request] = collector.spans().filter(({ kind }) => kind === 2);
  expect([request?.parentSpanId, request?.linkedTraceIds]).toEqual([
    undefined,
    ['4bf92f3577b34da6a3ce929d0e0e4736'],
  ]);
  expect(gateway.subgraphs.get('crm')?.received.at(-1)?.headers).toMatchObject({
    traceparent: expect.stringMatching(new RegExp(`^00-${request?.traceId}-[\\da-f]{16}-01$`)),
  });
});
