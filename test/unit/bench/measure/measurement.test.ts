/**
 * Rounds become one figure per request, by the median round.
 */

import { differences, summarise, type Round } from '../../../bench/measure/measurement.ts';

const round = (cpuMs: number, given: Partial<Round> = {}): Round => ({
  requests: 100,
  cpuMs,
  meanMs: 2,
  p50Ms: 1,
  p99Ms: 9,
  counters: { calls: 300 },
  ...given,
});

test('figures are per request and of the median round', () => {
  const rounds = [round(400), round(100, { p50Ms: 4 }), round(200, { p50Ms: 2, p99Ms: 20, meanMs: 5 })];

  expect(summarise(rounds, 120)).toEqual({
    cpuMs: 2,
    meanMs: 2,
    p50Ms: 2,
    p99Ms: 9,
    rssMb: 120,
    calls: 3,
    requests: 300,
    cpuSpread: 1.5,
  });
});

test('what the systems spend is counted per request where it is known', () => {
  const counters = {
    calls: 400,
    subgraphsCpuMs: 1000,
    databaseCpuMs: 200,
    subgraphsMs: 5000,
    databaseMs: 150,
  };

  expect(summarise([round(100, { counters })], 120)).toEqual({
    cpuMs: 1,
    meanMs: 2,
    p50Ms: 1,
    p99Ms: 9,
    rssMb: 120,
    calls: 4,
    subgraphsCpuMs: 10,
    databaseCpuMs: 2,
    subgraphsMs: 50,
    databaseMs: 1.5,
    requests: 100,
    cpuSpread: 0,
  });
});

test('a round has counted what came between two readings', () => {
  const before = { calls: 10, databaseMs: 5 };

  expect(differences(before, { calls: 17, databaseMs: 6.5 })).toEqual({ calls: 7, databaseMs: 1.5 });
});
