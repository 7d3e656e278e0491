/**
 * `npm run bench`: Tributary and its peers in turn on this machine, with the same supergraph and the same subgraphs.
 * Reads the options, has everything started, measured and stopped, and prints what was found.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CommandRefused } from '../../tools/command-refused.ts';
import { listenForStop } from '../../tools/start/listen-for-stop.ts';
import { createTeardown, type Teardown } from '../../tools/start/teardown.ts';
import { readBenchOptions, type BenchOptions } from './bench-options.ts';
import { COMPANY, measureCompany } from './company/measure-company.ts';
import { FLOOR, PEER_GATEWAYS, tributaryIn, type GatewayRecipe } from './gateways/gateway-recipes.ts';
import { installPeers } from './gateways/install-peers.ts';
import type { MeasuringTools } from './measure/measure-scenario.ts';
import { measureStore } from './measure/measure-store.ts';
import { FULL_PACE, QUICK_PACE } from './measure/pace.ts';
import { startOwn } from './measure/start-contest.ts';
import { describeMachine, readVersions } from './report/describe-machine.ts';
import { figuresOf } from './report/figures.ts';
import { renderConclusion, renderScenario, renderSetting } from './report/render-report.ts';
import type { Report, ScenarioReport } from './report/report.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const TRIBUTARY = 'tributary';
const BASELINE = 'baseline';
/** The gateway that can run the fewest scenarios, and the scenario that tells the least of gateways. */
const NOT_WHEN_QUICK = ['mercurius', 'writtenValues'];

interface Run {
  readonly options: BenchOptions;
  readonly folder: string;
  readonly teardown: Teardown;
  readonly tools: Omit<MeasuringTools, 'readCounters'>;
}

export async function run(args: readonly string[]): Promise<void> {
  const options = readBenchOptions(
    args,
    {
      scenarios: [...SCENARIOS.map(({ name }) => name), COMPANY],
      gateways: [TRIBUTARY, BASELINE, ...PEER_GATEWAYS.map(({ name }) => name), FLOOR.name],
    },
    CHECKOUT,
  );
  if (!existsSync('/proc/self/stat'))
    throw new CommandRefused('The benchmark reads CPU times from /proc, so it runs on Linux only.');
  for (const checkout of [options.tributaryFolder, options.baselineFolder ?? CHECKOUT]) {
    if (!existsSync(path.join(checkout, 'gateway/main.ts')))
      throw new CommandRefused(`${checkout} is no checkout of Tributary.`);
  }
  const teardown = createTeardown();
  const stop = listenForStop();
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-bench-'));
  try {
    const generator = await startOwn('load-generator', { folder, teardown });
    const pace = options.isQuick ? QUICK_PACE : FULL_PACE;
    const throwIfStopped = () => {
      if (stop.aborted) throw new CommandRefused('The benchmark was stopped.');
    };
    const tools = { generator, pace, throwIfStopped };
    const report = await measureAll({ options, folder, teardown, tools });
    say(`\n${renderConclusion(report)}`);
    if (options.jsonFile !== undefined)
      await writeFile(options.jsonFile, `${JSON.stringify(figuresOf(report), null, 2)}\n`);
  } finally {
    await teardown.run();
    await rm(folder, { recursive: true });
  }
}

async function measureAll(run: Run): Promise<Report> {
  const { options, tools } = run;
  const { pace } = tools;
  const missing = new Map<string, string>();
  const wanted = SCENARIOS.filter(({ name }) => options.scenarios?.includes(name) ?? isUsual(options, name));
  // First, so that the setting names the versions that are measured.
  const peers = wanted.length === 0 ? [] : await choosePeers(options, missing);
  const setting = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: readVersions(),
    pace: `${pace.rounds} rounds of ${pace.roundMs / 1000} s on ${pace.connections} connections`,
  };
  say(`${renderSetting(setting)}\n`);
  const scenarios: ScenarioReport[] = [];
  const onReport = (report: ScenarioReport) => {
    scenarios.push(report);
    say(`\n${renderScenario(report)}`);
  };
  await separately(run, async (own) => {
    if (wanted.length === 0) return;
    const late = await compareOnStore(own, { scenarios: wanted, peers, onReport });
    for (const [name, because] of late) missing.set(name, because);
  });
  await separately(run, async (own) => {
    if (isAsked(options.scenarios, COMPANY)) await runCompany(own, missing, onReport);
  });
  return { ...setting, scenarios, missing };
}

/** What one part has started is stopped before the next begins. */
async function separately(run: Run, work: (own: Run) => Promise<void>): Promise<void> {
  const teardown = createTeardown();
  run.teardown.add(teardown.run);
  await work({ ...run, teardown });
  await teardown.run();
}

interface Comparison {
  readonly scenarios: readonly Scenario[];
  readonly peers: readonly GatewayRecipe[];
  readonly onReport: (report: ScenarioReport) => void;
}

/** Gives the reasons why gateways have not started. */
function compareOnStore(
  { options, tools, folder, teardown }: Run,
  { scenarios, peers, onReport }: Comparison,
): Promise<ReadonlyMap<string, string>> {
  const isWanted = (name: string) => name === BASELINE || isAsked(options.gateways, name);
  const { baselineFolder, tributaryFolder } = options;
  const baseline = baselineFolder === undefined ? [] : [tributaryIn(baselineFolder, BASELINE)];
  const tributary = tributaryIn(tributaryFolder, TRIBUTARY);
  const others = [...baseline, ...peers];
  return measureStore({ scenarios, tributary, others, folder, teardown, say, isWanted, onReport }, tools);
}

/** Installs them where they are not. */
async function choosePeers(
  options: BenchOptions,
  missing: Map<string, string>,
): Promise<readonly GatewayRecipe[]> {
  const peers = PEER_GATEWAYS.filter(
    ({ name }) => options.gateways?.includes(name) ?? isUsual(options, name),
  );
  const problem = peers.some(({ isPeer }) => isPeer) ? await installPeers(say) : undefined;
  if (problem === undefined) return peers;
  for (const { name } of peers.filter(({ isPeer }) => isPeer)) missing.set(name, problem);
  return peers.filter(({ isPeer }) => !isPeer);
}

/** It needs more than a gateway; where it does not come up, the rest of the report still stands. */
async function runCompany(
  { options, tools, folder, teardown }: Run,
  missing: Map<string, string>,
  onReport: (report: ScenarioReport) => void,
): Promise<void> {
  say('\n  starting the company');
  const { isQuick, tributaryFolder, baselineFolder } = options;
  const checkouts = new Map([[TRIBUTARY, tributaryFolder]]);
  if (baselineFolder !== undefined) checkouts.set(BASELINE, baselineFolder);
  try {
    onReport(await measureCompany({ folder, teardown, checkouts, size: isQuick ? 'small' : 'demo' }, tools));
  } catch (error) {
    missing.set(COMPANY, String(error));
  }
}

function isUsual({ isQuick }: BenchOptions, name: string): boolean {
  return !(isQuick && NOT_WHEN_QUICK.includes(name));
}

function isAsked(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? true;
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
