/**
 * `npm run bench`: Tributary and its peers in turn on this machine, with the same supergraph and the same subgraphs.
 * Reads options, has everything started, measured and stopped, and prints the report.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { listenForStop } from '../../tools/start/listen-for-stop.ts';
import { createTeardown, type Teardown } from '../../tools/start/teardown.ts';
import { BenchRefused, readBenchOptions, type BenchOptions } from './bench-options.ts';
import { FLOOR, PEER_GATEWAYS, tributaryIn, type GatewayRecipe } from './gateways/gateway-recipes.ts';
import { installPeers } from './gateways/install-peers.ts';
import { measureScenario } from './measure/measure-scenario.ts';
import { FULL_PACE, QUICK_PACE } from './measure/pace.ts';
import { startContest, startOwn } from './measure/start-contest.ts';
import { describeMachine, readVersions } from './report/describe-machine.ts';
import { figuresOf } from './report/figures.ts';
import { renderReport, renderScenario } from './report/render-report.ts';
import type { Report, ScenarioReport } from './report/report.ts';
import { SCENARIOS } from './scenarios.ts';

const CHECKOUT = path.resolve(import.meta.dirname, '../..');
/** It needs the longest to come up and can run the fewest scenarios. */
const NOT_WHEN_QUICK = 'mercurius';

interface Run {
  readonly options: BenchOptions;
  readonly folder: string;
  readonly teardown: Teardown;
  readonly stop: AbortSignal;
}

async function main(): Promise<void> {
  const known = {
    scenarios: SCENARIOS.map(({ name }) => name),
    gateways: ['tributary', 'baseline', ...PEER_GATEWAYS.map(({ name }) => name), FLOOR.name],
  };
  const options = readBenchOptions(process.argv.slice(2), known, CHECKOUT);
  if (!existsSync('/proc/self/stat'))
    throw new BenchRefused('The benchmark reads CPU times from /proc, so it runs on Linux only.');
  const teardown = createTeardown();
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-bench-'));
  try {
    const report = await measure({ options, folder, teardown, stop: listenForStop() });
    say(`\n${renderReport(report)}`);
    if (options.jsonFile !== undefined)
      await writeFile(options.jsonFile, `${JSON.stringify(figuresOf(report), null, 2)}\n`);
  } finally {
    await teardown.run();
    await rm(folder, { recursive: true });
  }
}

async function measure(run: Run): Promise<Report> {
  const { options, folder, teardown } = run;
  const pace = options.isQuick ? QUICK_PACE : FULL_PACE;
  const machine = describeMachine();
  const missing = new Map<string, string>();
  const { tributary, others } = await chooseGateways(options, missing);
  const scenarios = SCENARIOS.filter(({ name }) => options.scenarios?.includes(name) ?? true);
  const contest = await startContest({ scenarios, tributary, others, folder, teardown, say });
  const generator = await startOwn('load-generator', { folder, teardown });
  // Whoever names a baseline wants to see it.
  const wanted = options.gateways?.concat('baseline');
  const gateways = contest.gateways.filter(({ name }) => wanted?.includes(name) ?? true);
  // The subgraphs answer this question with a number.
  const countCalls = async () => (await contest.subgraphs.ask('count')) as number;
  const tools = { generator, countCalls, pace, throwIfStopped: () => run.stop.throwIfAborted() };
  const reports: ScenarioReport[] = [];
  for (const { name, says } of scenarios) {
    const outcomes = await measureScenario(gateways, contest.expectations.get(name) ?? [], tools);
    reports.push({ name, says, outcomes: inOrder(outcomes, gateways) });
    say(`\n${renderScenario({ name, says, outcomes: inOrder(outcomes, gateways) })}`);
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: readVersions(),
    pace: `${pace.rounds} rounds of ${pace.roundMs / 1000} s on ${pace.connections} connections`,
    scenarios: reports,
    missing: new Map([...missing, ...contest.missing]),
  };
}

async function chooseGateways(
  options: BenchOptions,
  missing: Map<string, string>,
): Promise<{ readonly tributary: GatewayRecipe; readonly others: readonly GatewayRecipe[] }> {
  const isWanted = ({ name }: GatewayRecipe) =>
    options.gateways?.includes(name) ?? !(options.isQuick && name === NOT_WHEN_QUICK);
  const peers = PEER_GATEWAYS.filter(isWanted);
  const problem = peers.some(({ isPeer }) => isPeer) ? await installPeers(say) : undefined;
  if (problem !== undefined)
    for (const { name } of peers.filter(({ isPeer }) => isPeer)) missing.set(name, problem);
  const { baselineFolder, tributaryFolder } = options;
  const baseline = baselineFolder === undefined ? [] : [tributaryIn(baselineFolder, 'baseline')];
  return {
    tributary: tributaryIn(tributaryFolder, 'tributary'),
    others: [...baseline, ...peers.filter(({ name }) => !missing.has(name))],
  };
}

function inOrder<Value>(
  values: ReadonlyMap<string, Value>,
  gateways: readonly { readonly name: string }[],
): ReadonlyMap<string, Value> {
  return new Map(
    gateways.flatMap(({ name }) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

await main().catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof BenchRefused ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
});
