/**
 * The benchmark's tables, as people read them.
 */

import type { Measurement, Outcome } from '../../../bench/measure/measurement.ts';
import { renderConclusion, renderScenario } from '../../../bench/report/render-report.ts';
import { figuresOf } from '../../../bench/report/figures.ts';
import type { Report, ScenarioReport } from '../../../bench/report/report.ts';

function figures(cpuMs: number, given: Partial<Measurement> = {}): Measurement {
  return {
    cpuMs,
    meanMs: 6,
    p50Ms: 5,
    p99Ms: 20,
    rssMb: 99.6,
    calls: 7,
    requests: 900,
    cpuSpread: 0.1,
    ...given,
  };
}

const measured = (measurement: Measurement): Outcome => ({ kind: 'measured', measurement });

const BIG: ScenarioReport = {
  name: 'big',
  says: 'much of everything',
  outcomes: new Map([
    ['tributary', measured(figures(2))],
    ['apollo', measured(figures(24.4, { p99Ms: 254.7, calls: 16, requests: 61 }))],
    ['mercurius', { kind: 'refused', because: 'wrong answer: {}' }],
    ['floor', measured(figures(0.8))],
  ]),
};

const COMPANY: ScenarioReport = {
  name: 'company',
  says: 'three systems',
  outcomes: new Map([
    [
      'tributary',
      measured(
        figures(1, { subgraphsCpuMs: 10, databaseCpuMs: 2, subgraphsMs: 4, databaseMs: 1.5, calls: 4 }),
      ),
    ],
  ]),
};

const REPORT: Report = {
  date: '2026-11-22',
  machine: 'a machine',
  versions: { node: '26' },
  pace: '1 round',
  scenarios: [BIG, COMPANY],
  missing: new Map([['hive-js', 'npm ci failed']]),
};

test('a scenario is a table against Tributary, and says who was wrong', () => {
  expect(renderScenario(BIG)).toBe(
    [
      'big: much of everything',
      'gateway    CPU ms    ±  × tributary  p50 ms  p99 ms  RSS MB  calls  requests',
      'tributary    2.00  5 %         1.00    5.00    20.0     100    7.0       900',
      'apollo       24.4  5 %         12.2    5.00     255     100   16.0        61',
      'floor       0.800  5 %        0.400    5.00    20.0     100    7.0       900',
      'mercurius is not measured: wrong answer: {}',
    ].join('\n'),
  );
});

test('where it is known, a scenario says where the cost falls', () => {
  expect(renderScenario(COMPANY)).toBe(
    [
      'company: three systems',
      'gateway    CPU ms    ±  × tributary  p50 ms  p99 ms  RSS MB  calls  requests',
      'tributary    1.00  5 %         1.00    5.00    20.0     100    4.0       900',
      'tributary: CPU ms: gateway 1.00, subgraphs 10.0, database 2.00; ' +
        'of 6.00 ms on average a request waits 4.00 ms for subgraphs; statements run 1.50 ms',
    ].join('\n'),
  );
});

test('the end sets peers against Tributary, Tributary against the floor, and names who is missing', () => {
  expect(renderConclusion(REPORT)).toBe(
    [
      'CPU per request  apollo ÷ tributary  mercurius ÷ tributary  tributary ÷ floor',
      'big                            12.2                      –               2.50',
      'company                           –                      –                  –',
      '',
      'hive-js is missing: npm ci failed',
    ].join('\n'),
  );
});

test('programs read figures of who was measured, and reasons for the others', () => {
  expect(figuresOf({ ...REPORT, scenarios: [BIG] })).toEqual({
    date: '2026-11-22',
    machine: 'a machine',
    versions: { node: '26' },
    pace: '1 round',
    scenarios: {
      big: {
        tributary: figures(2),
        apollo: figures(24.4, { p99Ms: 254.7, calls: 16, requests: 61 }),
        floor: figures(0.8),
      },
    },
    problems: [{ scenario: 'big', gateway: 'mercurius', because: 'wrong answer: {}' }],
    missing: { 'hive-js': 'npm ci failed' },
  });
});
