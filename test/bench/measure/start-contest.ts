/**
 * Everything that the store's scenarios need, started: the subgraphs, the load generator, every gateway that can be, and
 * the floor with what Tributary was seen to call. Whoever cannot start is listed with the reason. Measures nothing.
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Teardown } from '../../../tools/start/teardown.ts';
import { FLOOR, type GatewayRecipe, type Surroundings } from '../gateways/gateway-recipes.ts';
import { startGatewayProcess, type RunningGateway } from '../gateways/start-gateway-process.ts';
import { BenchProcess } from '../process/bench-process.ts';
import { askStore, buildWholeStore, composeStore, type SubgraphUrls } from '../store/store-schema.ts';
import type { Scenario } from '../scenario.ts';
import type { Expectation } from './measure-scenario.ts';
import { recordReplays } from './record-calls.ts';

const PROCESSES = path.resolve(import.meta.dirname, '../processes');

export interface Contest {
  readonly subgraphs: BenchProcess;
  readonly gateways: readonly RunningGateway[];
  readonly expectations: ReadonlyMap<string, readonly Expectation[]>;
  /** Why a gateway is not among them, by its name. */
  readonly missing: ReadonlyMap<string, string>;
}

export interface ContestPlan {
  readonly scenarios: readonly Scenario[];
  /** The one whose calls the floor replays. */
  readonly tributary: GatewayRecipe;
  readonly others: readonly GatewayRecipe[];
  readonly folder: string;
  readonly teardown: Teardown;
  readonly say: (sentence: string) => void;
}

export async function startContest(plan: ContestPlan): Promise<Contest> {
  const { folder } = plan;
  const subgraphs = await startOwn('store-subgraphs', plan);
  // The process answers this question with its addresses.
  const subgraphUrls = (await subgraphs.ask('urls')) as SubgraphUrls;
  const supergraphFile = path.join(folder, 'supergraph.graphql');
  const replayFile = path.join(folder, 'replays.json');
  await writeFile(supergraphFile, composeStore(subgraphUrls));
  const surroundings = { supergraphFile, subgraphUrls, replayFile };
  const expectations = await expectAnswers(plan.scenarios);

  const tributary = await startOne(plan.tributary, surroundings, plan);
  const replays = await recordReplays(tributary, subgraphs, [...expectations.values()].flat());
  await writeFile(replayFile, JSON.stringify(replays));

  const missing = new Map<string, string>();
  const gateways = [tributary];
  for (const recipe of [...plan.others, FLOOR]) {
    const started = await startOne(recipe, surroundings, plan).catch(String);
    if (typeof started === 'string') missing.set(recipe.name, started);
    else gateways.push(started);
  }
  return { subgraphs, gateways, expectations, missing };
}

/** The load generator and the like: processes of the benchmark's own. */
export async function startOwn(
  name: string,
  { folder, teardown }: Pick<ContestPlan, 'folder' | 'teardown'>,
  args: readonly string[] = [],
): Promise<BenchProcess> {
  const file = path.join(PROCESSES, `${name}.ts`);
  const process = await BenchProcess.start({ name, args: [file, ...args] }, folder);
  teardown.add(() => process.stop());
  return process;
}

async function startOne(
  recipe: GatewayRecipe,
  surroundings: Omit<Surroundings, 'port'>,
  plan: ContestPlan,
): Promise<RunningGateway> {
  plan.say(`  starting ${recipe.name}`);
  return startGatewayProcess(recipe, surroundings, plan);
}

/** From the whole store as one schema, by the scenario's name. */
async function expectAnswers(
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<string, readonly Expectation[]>> {
  const whole = buildWholeStore();
  const expectations = new Map<string, readonly Expectation[]>();
  for (const { name, operations } of scenarios) {
    const answers = operations.map(async (query): Promise<Expectation> => {
      return { query, answer: JSON.stringify(await askStore(whole, { query })) };
    });
    expectations.set(name, await Promise.all(answers));
  }
  return expectations;
}
