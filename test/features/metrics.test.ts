/**
 * What operators can measure: the page at /metrics, of one process and of several.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { METRICS } from '../../gateway/telemetry/metrics.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { behaving, serve } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { composed, postOf, startGateway } from '../kit/start-gateway.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const MAIN = join(import.meta.dirname, '../../gateway/main.ts');

/** The samples about calls and circuits that are not zero; how long calls took is no number of a test’s. */
function samplesIn(page: string): readonly string[] {
  const told = /^tributary_(?:subgraph_(?!call_)|circuit|outcomes)/;
  return page.split('\n').filter((line) => told.test(line) && !line.endsWith(' 0'));
}

async function pageOf(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return response.text();
}

test('calls, repetitions and circuits are counted, each metric has its sentence, and the process is measured', async () => {
  const reset = behaving(accounting, (_answer, response) => void response.socket?.resetAndDestroy());
  const settings = { circuitBreaker: { failures: 2, openMs: 60_000 }, retries: { max: 1 } };
  const gateway = await startGateway({
    subgraphs: [crm, reset, shop],
    config: { subgraphs: { overrides: { accounting: settings } } },
  });
  for (const query of ['{ accounts }', '{ accounts }', '{ customer(id: "1") { name } }'])
    await gateway.ask(query);
  const page = await pageOf(gateway.url);
  await gateway.stop();
  expect(samplesIn(page)).toEqual([
    'tributary_subgraph_calls_total{subgraph="accounting",outcome="failed"} 2',
    'tributary_subgraph_calls_total{subgraph="accounting",outcome="circuit_open"} 1',
    'tributary_subgraph_calls_total{subgraph="crm",outcome="answered"} 1',
    'tributary_subgraph_retries_total{subgraph="accounting"} 1',
    'tributary_circuit_state{subgraph="accounting",state="open"} 1',
    'tributary_circuit_state{subgraph="crm",state="closed"} 1',
    'tributary_circuit_state{subgraph="shop",state="closed"} 1',
    'tributary_circuit_changes_total{subgraph="accounting",state="open"} 1',
  ]);
  const told = Object.values(METRICS).map(
    ({ name, help, kind }) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}`,
  );
  expect(told.filter((head) => !page.includes(head))).toEqual([]);
  expect(page).toContain('process_resident_memory_bytes');
});

test('there is no page where it is not wanted', async () => {
  const gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { metrics: { enabled: false } },
  });
  const { status } = await gateway.send('/metrics', {});
  await gateway.stop();
  expect(status).toBe(404);
});

test('of several workers, whichever is asked adds up what all have counted', async () => {
  const served = await Promise.all([crm, accounting, shop].map(serve));
  const folder = mkdtempSync(join(tmpdir(), 'tributary-metrics-'));
  writeFileSync(join(folder, 'supergraph.graphql'), composed(served));
  const options =
    'supergraph: { file: supergraph.graphql }\nserver: { workers: 2, port: 0 }\nlog: { level: silent }';
  writeFileSync(join(folder, 'two.yaml'), options);
  const child = spawn(NODE, [MAIN, '--config', join(folder, 'two.yaml')], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [{ url }] = await once(child, 'message');
  const headers = { connection: 'close' };
  for (let asked = 0; asked < 10; asked += 1)
    await fetch(`${url}/graphql`, postOf('{ accounts }', { headers }));
  const pages = [await pageOf(url), await pageOf(url), await pageOf(url)];
  child.kill('SIGTERM');
  await exited;
  await Promise.all(served.map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
  const closed = ['accounting', 'crm', 'shop'].map(
    (subgraph) => `tributary_circuit_state{subgraph="${subgraph}",state="closed"} 2`,
  );
  const answered = 'tributary_subgraph_calls_total{subgraph="accounting",outcome="answered"} 10';
  for (const page of pages) expect(samplesIn(page)).toEqual([answered, ...closed]);
});
