/**
 * One trace from the client through the gateway and a subgraph down to SQL: real processes, told by OpenTelemetry's
 * own variables where to send spans. And the subgraph's door for Prometheus.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DEVELOPMENT_ISSUER } from '../../schema/contract/development-issuer.ts';
import { SUBGRAPH_METRICS } from '../../subgraphs/kit/telemetry/subgraph-metrics.ts';
import { provideDevelopmentKeys } from '../../tools/development-keys.ts';
import { DEVELOPMENT_AUDIENCE, signDevelopmentToken } from '../../tools/development-token.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { startCollector, type CollectedSpan, type FakeCollector } from '../kit/fake-collector.ts';
import { startProcess, type RealProcess } from '../kit/real-process.ts';
import { postOf } from '../kit/start-gateway.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CLIENT_SPAN = '00f067aa0ba902b7';
const QUERY = 'query Who { customerByNumber(number: "C-10001") { name internalNotes } }';

let folder: string;
let database: TestDatabase;
let collector: FakeCollector;
let crm: RealProcess;
let gateway: RealProcess;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-traces-'));
  const keys = await provideDevelopmentKeys(folder);
  database = await freshDatabase('crm');
  collector = await startCollector();
  const traced = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  crm = await startProcess({
    file: 'subgraphs/crm/main.ts',
    environment: {
      ...traced,
      METRICS_PORT: '0',
      CRM_DATABASE_URL: database.runtime,
      CALLER_KEYS_FILE: keys.subgraphCaller('crm'),
    },
  });
  const issuer = { issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE, jwksFile: keys.issuerPublic };
  const config = {
    server: { port: 0 },
    supergraph: { file: join(import.meta.dirname, '../../schema/supergraph.graphql') },
    subgraphs: { overrides: { crm: { url: crm.url } } },
    identity: { issuers: [issuer] },
    callerProof: { keysFile: keys.gatewayCaller },
    traces: { clientContext: 'continue', exportEveryMs: 50 },
  };
  await writeFile(join(folder, 'gateway.yaml'), JSON.stringify(config));
  const flags = ['--config', join(folder, 'gateway.yaml')];
  gateway = await startProcess({ file: 'gateway/main.ts', flags, environment: traced });
  token = await signDevelopmentToken(keys.issuer, { subject: 's', role: 'support', lifetimeMinutes: 10 });
});

afterAll(async () => {
  await gateway.stop();
  await crm.stop();
  await collector.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Those of the trace, once what is looked for is among them. */
async function collectedOf(traceId: string, isThere: (span: CollectedSpan) => boolean) {
  const spans = () => collector.spans().filter((span) => span.traceId === traceId);
  await isTrueWithin(() => Promise.resolve(spans().some(isThere)), PATIENCE_MS);
  return spans();
}

/** The line of the request’s end, once it is written. */
async function endOf(traceId: string): Promise<unknown> {
  const find = () =>
    gateway.logged().find(({ msg, trace_id: of }) => msg === 'request ended' && of === traceId);
  await isTrueWithin(() => Promise.resolve(find() !== undefined), PATIENCE_MS);
  return find();
}

test('one trace leads from the client to the statements, and names no value', async () => {
  const headers = { traceparent: `00-${TRACE}-${CLIENT_SPAN}-01`, tracestate: 'shop=1' };
  await fetch(`${gateway.url}/graphql`, postOf(QUERY, { headers, token }));
  const isRequest = ({ service, kind }: CollectedSpan) => service === 'tributary-gateway' && kind === 2;
  const isServer = ({ service, kind }: CollectedSpan) => service === 'tributary-crm' && kind === 2;
  await collectedOf(TRACE, isRequest);
  await collectedOf(TRACE, isServer);
  const spans = await collectedOf(TRACE, ({ name }) => name === 'SELECT');
  const [request] = spans.filter(isRequest);
  const [call] = spans.filter(({ name }) => name === 'POST crm');
  const [server] = spans.filter(isServer);
  const [statement] = spans.filter(({ name }) => name === 'SELECT');
  expect([request?.parentSpanId, call?.parentSpanId, server?.parentSpanId, statement?.parentSpanId]).toEqual([
    CLIENT_SPAN,
    request?.spanId,
    call?.spanId,
    server?.spanId,
  ]);
  expect(spans.filter(({ name }) => name === 'parse' || name === 'plan')).toHaveLength(2);
  expect(request).toMatchObject({
    name: 'POST /graphql',
    isFailed: false,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'graphql.operation.name': 'Who',
      'graphql.operation.type': 'query',
    },
  });
  expect(call).toMatchObject({
    kind: 3,
    attributes: {
      'server.address': '127.0.0.1',
      'http.response.status_code': 200,
      'tributary.subgraph': 'crm',
    },
  });
  expect(statement).toMatchObject({
    kind: 3,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' },
  });
  expect(String(statement?.attributes['db.query.text'])).toContain('$1');
  expect(collector.received()).not.toContain('C-10001');
  expect(await endOf(TRACE)).toMatchObject({ trace_id: TRACE, span_id: request?.spanId });
});

test('what the client does not want recorded is not, and its trace goes on all the same', async () => {
  const quiet = TRACE.replace('4', '5');
  const headers = { traceparent: `00-${quiet}-${CLIENT_SPAN}-00` };
  await fetch(`${gateway.url}/graphql`, postOf(QUERY, { headers }));
  const loud = TRACE.replace('4', '6');
  const recorded = { traceparent: `00-${loud}-${CLIENT_SPAN}-01` };
  await fetch(`${gateway.url}/graphql`, postOf(QUERY, { headers: recorded }));
  await collectedOf(loud, ({ service }) => service === 'tributary-gateway');
  expect(collector.spans().filter(({ traceId }) => traceId === quiet)).toEqual([]);
  expect(await endOf(quiet)).toMatchObject({ trace_id: quiet, operationName: 'Who' });
});

test('a subgraph is measured behind a door of its own', async () => {
  await fetch(`${gateway.url}/graphql`, postOf(QUERY, { token }));
  const door = crm.logged().find(({ msg }) => msg === 'metrics are read here');
  const page = await (await fetch(String(door?.['url']))).text();
  const told = Object.values(SUBGRAPH_METRICS).map(
    ({ name, help, kind }) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}`,
  );
  expect(told.filter((head) => !page.includes(head))).toEqual([]);
  expect(page).toMatch(/tributary_system_request_duration_seconds_count\{type="query",status="200"\} [1-9]/);
  expect(page).toMatch(/tributary_system_statement_duration_seconds_count\{operation="SELECT"\} [1-9]/);
  // The subgraph itself answers nobody but the gateway.
  expect((await fetch(new URL('/metrics', crm.url))).status).toBe(401);
});
