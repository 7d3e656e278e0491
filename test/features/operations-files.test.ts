/**
 * The files for operators against what there is: each metric in the dashboard and in the alert rules is one of a page
 * that a process gives, with the labels that it is asked by.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { renderMetrics } from '../../subgraphs/kit/events/event-metrics.ts';
import { createSubgraphMetrics } from '../../subgraphs/kit/telemetry/subgraph-metrics.ts';
import { down } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway } from '../kit/start-gateway.ts';

const OPERATIONS = join(import.meta.dirname, '../../tools/operations');
const METRIC = /\b(?:tributary|process|nodejs)_\w+/g;
const NEEDED_LABELS = /(?<metric>(?:tributary)_\w+)\{(?<label>\w+)[=!]/g;

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const read = (file: string) => readFileSync(join(OPERATIONS, file), 'utf8');

/** By name, the labels of its samples, on any of the pages. */
const known = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const gateway = await startGateway({ subgraphs: [crm, down(accounting), shop] });
  for (const query of ['{ customer(id: "1") { name } }', '{ accounts }', '{ nothing }'])
    await gateway.ask(query);
  const gatewayPage = await (await fetch(`${gateway.url}/metrics`)).text();
  await gateway.stop();
  const metrics = createSubgraphMetrics();
  metrics.answered('query', 200, 1);
  metrics.ranStatement('select 1', 1);
  metrics.failed([{ extensions: { code: 'FORBIDDEN', details: { field: 'A.b', rule: 'r' } } }]);
  metrics.watchPool({ totalCount: 1, idleCount: 1, waitingCount: 0 });
  const workerPage = renderMetrics(
    { unrelayed: 0, deliveries: [{ subscriber: 'shop', waiting: 0, retrying: 0, dead: 0 }] },
    [{ owner: 'crm', entity: 'Customer', field: 'name', differences: 0 }],
  );
  for (const page of [gatewayPage, await metrics.registry.metrics(), workerPage]) learn(page);
});

function learn(page: string): void {
  for (const line of page.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const { name = '', labels = '' } = /^(?<name>\w+)(?:\{(?<labels>.*)\})? /.exec(line)?.groups ?? {};
    const names = [...labels.matchAll(/(?<label>\w+)="/g)].map(({ groups }) => groups?.['label'] ?? '');
    known.set(name, new Set([...(known.get(name) ?? []), ...names]));
  }
}

function unknownIn(expression: string): readonly string[] {
  const names = expression.match(METRIC) ?? [];
  const missing = names.filter((name) => !known.has(name));
  const asked = [...expression.matchAll(NEEDED_LABELS)].map(({ groups }) => groups ?? {});
  const unlabelled = asked
    .filter(({ metric = '', label = '' }) => !known.get(metric)?.has(label))
    .map(({ metric, label }) => `${metric}{${label}}`);
  return [...missing, ...unlabelled];
}

test('the dashboard asks for nothing that there is not', () => {
  const { panels } = JSON.parse(read('grafana-dashboard.json'));
  const expressions: string[] = panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  );
  expect(expressions.length).toBeGreaterThan(20);
  expect(expressions.filter((expression) => expression.match(METRIC) === null)).toEqual([]);
  expect(expressions.flatMap(unknownIn)).toEqual([]);
});

test('each alert rule asks for what there is, and tells how urgent it is and what to do', () => {
  const groups: { name: string; rules: AlertRule[] }[] = parse(read('alerts.yaml')).groups;
  const rules = groups.flatMap(({ rules: own }) => own);
  expect(rules.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, expr, labels, annotations } of rules) {
    expect(alert).toMatch(/^Tributary[A-Z]\w+$/);
    expect(expr.match(METRIC)).not.toBeNull();
    expect(['page', 'ticket']).toContain(labels.severity);
    expect([annotations.summary, annotations.description]).toEqual([expect.any(String), expect.any(String)]);
  }
});

test('every metric of ours has a name that Prometheus’ conventions allow', () => {
  const ours = [...known.keys()].filter((name) => name.startsWith('tributary_'));
  expect(ours.length).toBeGreaterThan(30);
  expect(ours.filter((name) => !/^tributary_[a-z_]+$/.test(name))).toEqual([]);
});
